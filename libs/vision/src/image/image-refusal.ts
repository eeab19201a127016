/** Why a file is not worked on as a picture, with the sentence its sender reads. */
const REFUSALS = {
  'image-empty': 'Файл пустой. Пришлите, пожалуйста, изображение ещё раз.',
  'image-too-large': 'Файл больше 20 МБ. Пришлите, пожалуйста, изображение поменьше.',
  'image-too-many-pixels': 'В изображении больше 50 мегапикселей. Пришлите, пожалуйста, уменьшенную копию.',
  'image-not-an-image': 'Это не изображение. Пришлите, пожалуйста, фото в формате JPEG, PNG или WebP.',
  'image-format-unsupported': 'Такой формат изображения не поддерживается. Пришлите, пожалуйста, JPEG, PNG или WebP.',
  'image-svg': 'Векторные файлы SVG не принимаются. Пришлите, пожалуйста, снимок экрана или JPEG.',
  'image-polyglot': 'В файле вместе с изображением есть посторонние данные. Пришлите, пожалуйста, само изображение.',
  'image-truncated': 'Файл пришёл не целиком. Пришлите, пожалуйста, изображение ещё раз.',
  'image-corrupt': 'Изображение повреждено и не открывается. Пришлите, пожалуйста, другую копию.',
  'image-decode-timeout': 'Изображение не удалось открыть за отведённое время. Пришлите, пожалуйста, копию поменьше.',
} as const satisfies Record<string, string>;

export type ImageRefusalCode = keyof typeof REFUSALS;

/** The file is no picture that can be worked on. An expected outcome: never retried. */
export class ImageRefusal extends Error {
  override readonly name = 'ImageRefusal';
  readonly retryable = false;
  /** A sentence for whoever sent the file, in Russian. */
  readonly detail: string;

  constructor(
    readonly code: ImageRefusalCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.detail = REFUSALS[code];
  }
}
