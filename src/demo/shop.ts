import type { Api } from './api.ts'
import type { Customer } from './customers.ts'
import { configurationOf, type Desk } from './desks.ts'
import { makeReader } from './findings.ts'

/** A desk that is open for traffic. */
export interface OpenDesk extends Desk {
  configurationId: string
}

/** Opens the desks: one memory for all of them, and for each a configuration and a number of its own. */
export async function openShop(
  api: Api,
  desks: readonly Desk[],
): Promise<{ memoryStoreId: string; desks: OpenDesk[] }> {
  const { result } = await api.postAndWait<{ result: { id: string } }>('/v1/ControlPlane/Stores', {
    displayName: 'town-counter',
  })
  const readerId = await makeReader(api)
  const open: OpenDesk[] = []
  for (const desk of desks) {
    await api.post('/skein/v1/OwnedAddresses', { address: desk.number, name: `Counter ${desk.name}` })
    const { related } = await api.postAndWait<{ related: { configurationId: string } }>(
      '/v2/ControlPlane/Configurations',
      configurationOf(desk, result.id, readerId),
    )
    open.push({ ...desk, configurationId: related.configurationId })
  }
  return { memoryStoreId: result.id, desks: open }
}

/** Tells memory of the customers that it is to know, with both numbers of those who have two. */
export async function introduce(api: Api, memoryStoreId: string, customers: readonly Customer[]): Promise<void> {
  const path = `/v1/Stores/${memoryStoreId}/Profiles`
  for (const { firstName, lastName, phone, secondPhone } of customers.filter(({ known }) => known)) {
    const { id } = await api.post<{ id: string }>(path, { traits: { Contact: { firstName, lastName, phone } } })
    if (secondPhone !== undefined) {
      await api.post(`${path}/${id}/Identifiers`, { idType: 'phone', value: secondPhone })
    }
  }
}
