export { ChatConnectorModule, type ChatConnectorParts } from './chat-connector.module.js';
export { CHANNEL_TITLE, crmSettings, missingVariables, openCrm, SOURCE_EXTERNAL_ID } from './crm-access.js';
