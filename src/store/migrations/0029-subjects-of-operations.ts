import type { Migration } from '../migration.ts'

/** What became of the last operation on a subject is asked for while people watch it, and after. */
export const subjectsOfOperations: Migration = {
  name: '0029-subjects-of-operations',
  statements: () => [
    'drop index operation_subject',
    'create index operation_subject on operation (account, subject, id)',
  ],
}
