/** Value of a custom field by id or by code (`PHONE`, `EMAIL`). */
export interface CustomFieldValue {
  field_id?: number;
  field_code?: string;
  values: { value: string | number | boolean; enum_code?: string }[];
}

export interface Account {
  id: number;
  name: string;
  subdomain: string;
  amojo_id?: string;
}

export interface User {
  id: number;
  name: string;
  amojo_id?: string;
}

export interface Contact {
  id: number;
  name: string;
  responsible_user_id?: number;
  custom_fields_values?: CustomFieldValue[] | null;
  _embedded?: { leads?: { id: number }[] };
}

export interface Lead {
  id: number;
  name: string;
  status_id: number;
  pipeline_id: number;
  responsible_user_id?: number;
  is_deleted?: boolean;
  closed_at?: number | null;
  custom_fields_values?: CustomFieldValue[] | null;
  _embedded?: { contacts?: { id: number; is_main?: boolean }[] };
}

export interface PipelineStatus {
  id: number;
  name: string;
  /** 1 = the "Неразобранное" stage. */
  type: number;
  sort: number;
}

export interface Pipeline {
  id: number;
  name: string;
  is_main: boolean;
  _embedded: { statuses: PipelineStatus[] };
}

export interface Source {
  id: number;
  name: string;
  external_id: string;
  pipeline_id?: number;
}

export interface Talk {
  talk_id: number;
  chat_id: string;
  contact_id?: number;
  entity_id?: number;
  entity_type?: 'lead' | 'customer';
  status: 'in_work' | 'closed' | 'nps_scheduled' | 'nps_in_progress' | 'with_error';
  is_in_work: boolean;
  /** Whether the manager has seen everything. */
  is_read?: boolean;
  updated_at: number;
}

export interface Note {
  id: number;
  note_type: string;
  params?: { text?: string };
}

export interface Task {
  id: number;
  text: string;
  is_completed?: boolean;
  complete_till: number;
  responsible_user_id?: number;
}

export interface CustomField {
  id: number;
  name: string;
  code: string | null;
  type: string;
}

export interface Webhook {
  id: number;
  destination: string;
  settings: string[];
  disabled: boolean;
}

export interface UnsortedLead {
  uid: string;
  category: string;
  metadata?: { origin?: { chat_id?: string } };
  _embedded?: { leads?: { id: number }[]; contacts?: { id: number }[] };
}
