import { formatNumber, plural } from '../../ru-format.js';

type Forms = readonly [one: string, few: string, many: string];

/** Classes of COCO as people say them: 1 стул, 2 стула, 5 стульев. */
const OBJECTS: Readonly<Record<string, Forms>> = {
  person: ['человек', 'человека', 'человек'],
  bicycle: ['велосипед', 'велосипеда', 'велосипедов'],
  car: ['автомобиль', 'автомобиля', 'автомобилей'],
  motorcycle: ['мотоцикл', 'мотоцикла', 'мотоциклов'],
  airplane: ['самолёт', 'самолёта', 'самолётов'],
  bus: ['автобус', 'автобуса', 'автобусов'],
  train: ['поезд', 'поезда', 'поездов'],
  truck: ['грузовик', 'грузовика', 'грузовиков'],
  boat: ['лодка', 'лодки', 'лодок'],
  'traffic light': ['светофор', 'светофора', 'светофоров'],
  'fire hydrant': ['пожарный гидрант', 'пожарных гидранта', 'пожарных гидрантов'],
  'stop sign': ['дорожный знак', 'дорожных знака', 'дорожных знаков'],
  'parking meter': ['паркомат', 'паркомата', 'паркоматов'],
  bench: ['скамейка', 'скамейки', 'скамеек'],
  bird: ['птица', 'птицы', 'птиц'],
  cat: ['кошка', 'кошки', 'кошек'],
  dog: ['собака', 'собаки', 'собак'],
  horse: ['лошадь', 'лошади', 'лошадей'],
  sheep: ['овца', 'овцы', 'овец'],
  cow: ['корова', 'коровы', 'коров'],
  elephant: ['слон', 'слона', 'слонов'],
  bear: ['медведь', 'медведя', 'медведей'],
  zebra: ['зебра', 'зебры', 'зебр'],
  giraffe: ['жираф', 'жирафа', 'жирафов'],
  backpack: ['рюкзак', 'рюкзака', 'рюкзаков'],
  umbrella: ['зонт', 'зонта', 'зонтов'],
  handbag: ['сумка', 'сумки', 'сумок'],
  tie: ['галстук', 'галстука', 'галстуков'],
  suitcase: ['чемодан', 'чемодана', 'чемоданов'],
  frisbee: ['летающий диск', 'летающих диска', 'летающих дисков'],
  skis: ['пара лыж', 'пары лыж', 'пар лыж'],
  snowboard: ['сноуборд', 'сноуборда', 'сноубордов'],
  'sports ball': ['мяч', 'мяча', 'мячей'],
  kite: ['воздушный змей', 'воздушных змея', 'воздушных змеев'],
  'baseball bat': ['бейсбольная бита', 'бейсбольные биты', 'бейсбольных бит'],
  'baseball glove': ['бейсбольная перчатка', 'бейсбольные перчатки', 'бейсбольных перчаток'],
  skateboard: ['скейтборд', 'скейтборда', 'скейтбордов'],
  surfboard: ['доска для сёрфинга', 'доски для сёрфинга', 'досок для сёрфинга'],
  'tennis racket': ['теннисная ракетка', 'теннисные ракетки', 'теннисных ракеток'],
  bottle: ['бутылка', 'бутылки', 'бутылок'],
  'wine glass': ['бокал', 'бокала', 'бокалов'],
  cup: ['чашка', 'чашки', 'чашек'],
  fork: ['вилка', 'вилки', 'вилок'],
  knife: ['нож', 'ножа', 'ножей'],
  spoon: ['ложка', 'ложки', 'ложек'],
  bowl: ['миска', 'миски', 'мисок'],
  banana: ['банан', 'банана', 'бананов'],
  apple: ['яблоко', 'яблока', 'яблок'],
  sandwich: ['бутерброд', 'бутерброда', 'бутербродов'],
  orange: ['апельсин', 'апельсина', 'апельсинов'],
  broccoli: ['брокколи', 'брокколи', 'брокколи'],
  carrot: ['морковь', 'моркови', 'морковей'],
  'hot dog': ['хот-дог', 'хот-дога', 'хот-догов'],
  pizza: ['пицца', 'пиццы', 'пицц'],
  donut: ['пончик', 'пончика', 'пончиков'],
  cake: ['торт', 'торта', 'тортов'],
  chair: ['стул', 'стула', 'стульев'],
  couch: ['диван', 'дивана', 'диванов'],
  'potted plant': ['растение в горшке', 'растения в горшках', 'растений в горшках'],
  bed: ['кровать', 'кровати', 'кроватей'],
  'dining table': ['стол', 'стола', 'столов'],
  toilet: ['унитаз', 'унитаза', 'унитазов'],
  tv: ['монитор или телевизор', 'монитора или телевизора', 'мониторов или телевизоров'],
  laptop: ['ноутбук', 'ноутбука', 'ноутбуков'],
  mouse: ['компьютерная мышь', 'компьютерные мыши', 'компьютерных мышей'],
  remote: ['пульт', 'пульта', 'пультов'],
  keyboard: ['клавиатура', 'клавиатуры', 'клавиатур'],
  'cell phone': ['телефон', 'телефона', 'телефонов'],
  microwave: ['микроволновка', 'микроволновки', 'микроволновок'],
  oven: ['духовка', 'духовки', 'духовок'],
  toaster: ['тостер', 'тостера', 'тостеров'],
  sink: ['раковина', 'раковины', 'раковин'],
  refrigerator: ['холодильник', 'холодильника', 'холодильников'],
  book: ['книга', 'книги', 'книг'],
  clock: ['часы', 'пары часов', 'часов'],
  vase: ['ваза', 'вазы', 'ваз'],
  scissors: ['ножницы', 'пары ножниц', 'ножниц'],
  'teddy bear': ['плюшевый мишка', 'плюшевых мишки', 'плюшевых мишек'],
  'hair drier': ['фен', 'фена', 'фенов'],
  toothbrush: ['зубная щётка', 'зубные щётки', 'зубных щёток'],
};

/** Other names the same classes go by in models' label lists. */
const SYNONYMS: Readonly<Record<string, string>> = {
  motorbike: 'motorcycle',
  aeroplane: 'airplane',
  sofa: 'couch',
  pottedplant: 'potted plant',
  diningtable: 'dining table',
  'tv monitor': 'tv',
  tvmonitor: 'tv',
  television: 'tv',
  doughnut: 'donut',
  'hair dryer': 'hair drier',
  hydrant: 'fire hydrant',
};

/** The class by its name in COCO, whatever the model's label list calls it. */
export function cocoLabel(label: string): string {
  return SYNONYMS[label] ?? label;
}

/** Kinds of objects named in one sentence. */
const NAMED_LIMIT = 6;

/** «стол, 3 стула, 2 ноутбука»: most first; classes without a Russian name are left out. Empty when none has one. */
export function objectsPhrase(objects: Readonly<Record<string, number>>): string {
  const known = Object.entries(objects).flatMap(([label, count]) => {
    const forms = OBJECTS[cocoLabel(label)];
    return forms && count > 0 ? [{ forms, count }] : [];
  });
  return known
    .sort((a, b) => b.count - a.count)
    .slice(0, NAMED_LIMIT)
    .map(({ forms, count }) => (count === 1 ? forms[0] : `${formatNumber(count)} ${plural(count, forms)}`))
    .join(', ');
}
