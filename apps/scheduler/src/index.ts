export { openScheduler } from './open-scheduler.js';
export { type Schedule, type ScheduledTask, slotOf } from './scheduled-task.js';
export { Scheduler } from './scheduler.js';
