import 'reflect-metadata';
import { ArrayNotEmpty, IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { AsInteger, AsList } from './text-value.js';
import { Variable } from './variable.js';

/** Variables of turns: when a burst of messages is answered and when managers are there. */
export class DialogEnvironment {
  @Variable({
    group: 'Dialog',
    description: 'Silence after which a burst of messages is answered, ms',
    allowed: '0 to 10000',
    default: '700',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(10_000)
  QUIET_WINDOW_MS = 700;

  @Variable({
    group: 'Dialog',
    description: 'Longest wait for a burst to end, ms; not less than QUIET_WINDOW_MS',
    allowed: '0 to 60000',
    default: '3000',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(60_000)
  QUIET_WINDOW_MAX_MS = 3000;

  @Variable({
    group: 'Dialog',
    description: 'Minutes of a silent manager after which the bot takes the chat back; 0 = never',
    allowed: '0 to 43200',
    default: '0',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(43_200)
  MANAGER_SILENCE_RETURN_MINUTES = 0;

  @Variable({
    group: 'Dialog',
    description: 'Minutes of work time a client waits for a manager before the manager is reminded; 0 = never',
    allowed: '0 to 1440',
    default: '10',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_440)
  MANAGER_REMINDER_MINUTES = 10;

  @Variable({
    group: 'Dialog',
    description:
      'Minutes a client waits for a manager before he is told what happens and may go back to the bot; 0 = never. Not less than MANAGER_REMINDER_MINUTES',
    allowed: '0 to 1440',
    default: '15',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_440)
  CLIENT_WAIT_MINUTES = 15;

  @Variable({
    group: 'Dialog',
    description: 'Hours of Moscow when managers answer',
    allowed: 'two hours from 0 to 24, e.g. 10-20',
    default: '10-20',
  })
  @Matches(/^(?:\d|1\d|2[0-3])-(?:[1-9]|1\d|2[0-4])$/)
  WORK_HOURS = '10-20';

  @Variable({
    group: 'Dialog',
    description: 'Days when managers answer, 1 = Monday',
    allowed: 'some of 1 to 7, separated by commas',
    default: '1,2,3,4,5,6,7',
  })
  @AsList()
  @IsIn(['1', '2', '3', '4', '5', '6', '7'], { each: true })
  @ArrayNotEmpty()
  WORK_DAYS: string[] = ['1', '2', '3', '4', '5', '6', '7'];

  @Variable({
    group: 'Dialog',
    description: 'Turns one core process runs at once',
    allowed: '1 to 256',
    default: '16',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(256)
  TURN_CONCURRENCY = 16;
}
