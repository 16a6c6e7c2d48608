import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../api/client.ts'

export function useStores() {
  return useQuery({ queryKey: ['stores'], queryFn: fetchStores })
}

/** Stores with the names that people gave them. */
async function fetchStores(): Promise<{ id: string; displayName: string }[]> {
  const { stores } = await ask(api.GET('/v1/ControlPlane/Stores', {}))
  const answers = stores.map((storeId) =>
    ask(api.GET('/v1/ControlPlane/Stores/{storeId}', { params: { path: { storeId } } })),
  )
  return (await Promise.all(answers)).map(({ id, displayName }) => ({ id, displayName }))
}

export function ChooseStore(props: {
  stores: { id: string; displayName: string }[]
  value: string
  onChange: (storeId: string) => void
}) {
  return (
    <Select
      label="Memory store"
      data={props.stores.map(({ id, displayName }) => ({ value: id, label: displayName }))}
      value={props.value}
      onChange={(id) => id && props.onChange(id)}
      allowDeselect={false}
      w={240}
      maw="100%"
    />
  )
}
