import type { Migration } from '../migration.ts'

/** Of two requests at the same moment only one is accepted. Those that were both before are told of the second as of one that failed. */
export const oneOperationOnASubject: Migration = {
  name: '0031-one-operation-on-a-subject',
  statements: () => [
    `update operation set state = 2, completed_at = created_at,
       error = '{"code":20001,"status":409,"title":"Conflict","detail":"Another operation on this resource was pending."}'
     where state = 0 and exists (
       select 1 from operation as earlier
       where earlier.account = operation.account and earlier.subject = operation.subject
         and earlier.state = 0 and earlier.id < operation.id
     )`,
    'create unique index operation_pending_subject on operation (account, subject) where state = 0',
  ],
}
