const MAX_FILES = 5;
const MAX_BYTES = 20 * 1024 * 1024;

/** The field, its files (picked, dropped or pasted) and the send button. `submit` gets `{text, attachments: [{uploadId, name}]}`. */
export class Composer {
  #files = [];

  constructor({ form, chat, drop, upload, submit }) {
    this.upload = upload;
    this.submit = submit;
    this.form = form;
    this.text = form.querySelector('#text');
    this.list = form.querySelector('#files');
    this.problem = form.querySelector('#problem');
    const picker = form.querySelector('#file');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.text.addEventListener('input', () => this.#fit());
    this.text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.text.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.add(files);
    });
    picker.addEventListener('change', () => {
      this.add([...picker.files]);
      picker.value = '';
    });
    this.#acceptDrops(chat, drop);
  }

  #acceptDrops(chat, drop) {
    let depth = 0;
    const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
    const show = (change) => {
      depth = Math.max(0, depth + change);
      drop.hidden = depth === 0;
    };
    chat.addEventListener('dragenter', (event) => carriesFiles(event) && show(1));
    chat.addEventListener('dragleave', (event) => carriesFiles(event) && show(-1));
    chat.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
    chat.addEventListener('drop', (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(-depth);
      this.add([...event.dataTransfer.files]);
    });
  }

  /** Starts uploading the files at once; sending waits for them. */
  add(files) {
    this.#say('');
    for (const file of files) {
      if (this.#files.length >= MAX_FILES)
        return this.#say(`За один раз можно прикрепить не больше ${MAX_FILES} файлов.`);
      if (file.size > MAX_BYTES) {
        this.#say(`Файл «${file.name}» больше 20 МБ.`);
        continue;
      }
      const entry = { name: file.name || 'снимок.png', uploadId: null, item: null, done: null };
      entry.item = this.#fileItem(entry);
      this.#files.push(entry);
      entry.done = this.upload(file).then(
        ({ uploadId }) => {
          entry.uploadId = uploadId;
          entry.item.querySelector('span').textContent = entry.name;
        },
        (error) => {
          this.#remove(entry);
          this.#say(`Файл «${entry.name}» не загружен: ${error.status ? error.message : 'нет связи с сервером.'}`);
        },
      );
    }
  }

  #fileItem(entry) {
    const item = document.createElement('li');
    const label = document.createElement('span');
    label.textContent = `${entry.name} — загружается…`;
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.textContent = '×';
    remove.setAttribute('aria-label', `Убрать файл ${entry.name}`);
    remove.addEventListener('click', () => {
      this.#remove(entry);
      this.text.focus();
    });
    item.append(label, remove);
    this.list.append(item);
    this.list.hidden = false;
    return item;
  }

  #remove(entry) {
    this.#files = this.#files.filter((other) => other !== entry);
    entry.item.remove();
    this.list.hidden = this.#files.length === 0;
  }

  async #send() {
    // The text is taken at once, so that a second Enter while files upload cannot send it twice.
    const text = this.text.value.trim();
    const files = [...this.#files];
    if (text === '' && files.length === 0) return;
    this.text.value = '';
    this.#fit();
    this.#say('');
    await Promise.all(files.map(({ done }) => done));
    for (const entry of files) this.#remove(entry);
    const attachments = files.filter(({ uploadId }) => uploadId).map(({ uploadId, name }) => ({ uploadId, name }));
    if (text !== '' || attachments.length > 0) this.submit({ text, attachments });
    this.text.focus();
  }

  #fit() {
    this.text.style.height = 'auto';
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 180)}px`;
  }

  #say(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = problem === '';
  }
}
