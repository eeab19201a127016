export { type Migration, migrate, readMigrations } from './migrations.js';
