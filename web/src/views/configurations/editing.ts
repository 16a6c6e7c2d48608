import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { ended } from '../../api/operations.ts'
import type { Configuration } from '../../api/types.ts'
import type { OtherConfiguration } from './lint.ts'

export type Channels = Configuration['channelSettings']
export type Channel = keyof Channels

export const channelNames = ['SMS', 'WHATSAPP', 'RCS', 'VOICE', 'CHAT', 'VIDEO'] as const satisfies readonly Channel[]

export function useConfigurations() {
  return useQuery({
    queryKey: ['configurations'],
    queryFn: () => ask(api.GET('/v2/ControlPlane/Configurations', {})),
  })
}

/** The configurations that rules may overlap with. */
export function useOthers(id: string | undefined): OtherConfiguration[] {
  const found = useConfigurations()
  return (found.data?.configurations ?? []).filter((one) => one.id !== id) as OtherConfiguration[]
}

/** Whether there were calls lately whose TwiML named a configuration, so that rules gave way (530950). */
export function useRelay(): boolean {
  const found = useQuery({
    queryKey: ['relay'],
    queryFn: () => ask(api.GET('/skein/v1/Events', { params: { query: { errorCode: 530950, pageSize: 1 } } })),
  })
  return (found.data?.events.length ?? 0) > 0
}

/** All of a configuration that a PUT needs: what is left out there is cleared. */
export function bodyOf(configuration: Configuration) {
  const { id: _, createdAt: __, updatedAt: ___, version: ____, ...body } = configuration
  return body
}
export type ConfigurationBody = ReturnType<typeof bodyOf>

export async function replace(id: string, body: ConfigurationBody): Promise<void> {
  await ended(
    await ask(api.PUT('/v2/ControlPlane/Configurations/{id}', { params: { path: { id } }, body: body as never })),
  )
}

export async function create(body: Omit<ConfigurationBody, 'conversationsV1Bridge'>): Promise<string> {
  const made = await ended(await ask(api.POST('/v2/ControlPlane/Configurations', { body: body as never })))
  return made.related?.configurationId ?? made.result?.id ?? ''
}

export async function change(id: string, body: Partial<ConfigurationBody>): Promise<void> {
  const params = { params: { path: { id } } }
  await ended(await ask(api.PATCH('/v2/ControlPlane/Configurations/{id}', { ...params, body: body as never })))
}
