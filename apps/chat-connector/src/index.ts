export { ChatConnectorModule, type ChatConnectorParts } from './chat-connector.module.js';
export { CHANNEL_TITLE, crmSettings, openCrm, SOURCE_EXTERNAL_ID } from './crm-access.js';
export { type DemoDesk, DemoManagerModule } from './demo/demo-manager.module.js';
export { type DemoCrm, openDemoCrm, type SimulatedAccount } from './demo/open-demo-crm.js';
