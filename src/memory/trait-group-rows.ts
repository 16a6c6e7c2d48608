import { sql } from 'kysely'
import { type OfStore, statement } from './rows.ts'

export const traitGroupsOf = statement<OfStore>()((db, p) =>
  db.selectFrom('trait_group').selectAll().where('account', '=', p.account).where('store_id', '=', p.storeId),
)
export const traitGroupsByNames = statement<OfStore & { names: string[] }>()((db, p, d) =>
  db
    .selectFrom('trait_group')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('name', p.names)),
)
export const deleteTraitGroup = statement<OfStore & { name: string }>()((db, p) =>
  db
    .deleteFrom('trait_group')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('name', '=', p.name),
)
export const deleteStoreTraitGroups = statement<OfStore>()(
  (db, p) => db.deleteFrom('trait_group').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
/** Takes a whole group, or one trait of it, out of every profile of a store that has it. Names hold nothing that a path would mind. */
const forgetGroupIn = (table: Shown) =>
  statement<OfStore & { group: string }>()((db, p, d) =>
    db
      .updateTable(table)
      .set({
        traits:
          d.name === 'sqlite'
            ? sql<string>`json_remove(traits, '$."' || ${p.group} || '"')`
            : sql<string>`(traits::jsonb - ${p.group}::text)::text`,
      })
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where(
        d.name === 'sqlite'
          ? sql<boolean>`json_type(traits, '$."' || ${p.group} || '"') is not null`
          : sql<boolean>`jsonb_exists(traits::jsonb, ${p.group}::text)`,
      ),
  )
const forgetTraitIn = (table: Shown) =>
  statement<OfStore & { group: string; trait: string }>()((db, p, d) =>
    db
      .updateTable(table)
      .set({
        traits:
          d.name === 'sqlite'
            ? sql<string>`json_remove(traits, '$."' || ${p.group} || '"."' || ${p.trait} || '"')`
            : sql<string>`(traits::jsonb #- array[${p.group}::text, ${p.trait}::text])::text`,
      })
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where(
        d.name === 'sqlite'
          ? sql<boolean>`json_type(traits, '$."' || ${p.group} || '"."' || ${p.trait} || '"') is not null`
          : sql<boolean>`jsonb_exists(traits::jsonb -> ${p.group}::text, ${p.trait}::text)`,
      ),
  )
/** What is left of a group whose last trait has gone. */
const forgetEmptyGroupIn = (table: Shown) =>
  statement<OfStore & { group: string }>()((db, p, d) =>
    db
      .updateTable(table)
      .set({
        traits:
          d.name === 'sqlite'
            ? sql<string>`json_remove(traits, '$."' || ${p.group} || '"')`
            : sql<string>`(traits::jsonb - ${p.group}::text)::text`,
      })
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where(
        d.name === 'sqlite'
          ? sql<boolean>`json_extract(traits, '$."' || ${p.group} || '"') = '{}'`
          : sql<boolean>`traits::jsonb -> ${p.group}::text = '{}'::jsonb`,
      ),
  )

/** Traits are shown by a profile, and kept in the layers of one that has several ids. */
type Shown = 'profile'

/** What goes with the definition of a group, of a trait, and of a group's last trait. */
export const forgetGroup = shownAndKept(forgetGroupIn)
export const forgetTrait = shownAndKept(forgetTraitIn)
export const forgetEmptyGroup = shownAndKept(forgetEmptyGroupIn)

function shownAndKept<S>(statementIn: (table: Shown) => S): S[] {
  return [statementIn('profile'), statementIn('profile_layer' as Shown)]
}
