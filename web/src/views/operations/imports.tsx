import { Progress, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { ChooseStore, useStores } from '../../parts/choose-store.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

const newest = 20

/** Files of profiles that are being imported, and how far each has come. */
export function Imports() {
  const stores = useStores()
  const [chosen, setChosen] = useState<string>()
  const storeId = chosen ?? stores.data?.[0]?.id ?? ''
  const found = useQuery({
    queryKey: ['imports', storeId],
    queryFn: () => fetchImports(storeId),
    enabled: storeId !== '',
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'PROCESSING') ? 1000 : 10_000),
  })
  return (
    <Section
      title="Imports of profiles"
      lead={`The ${newest} newest of a memory store.`}
      actions={
        storeId !== '' && <ChooseStore stores={stores.data ?? []} value={storeId} onChange={(id) => setChosen(id)} />
      }
    >
      <Listing
        label="Imports"
        source={{ ...found, isPending: found.isLoading || stores.isPending, items: found.data ?? [] }}
        columns={['File', 'State', 'Progress', 'Rows', 'Begun']}
        rowKey={({ id }) => id}
        row={({ filename, status, failure, bytes, rows, createdAt }) => [
          <span key="file" className="wrap-anywhere">
            {filename}
          </span>,
          <Stack key="status" gap={4} align="flex-start">
            <Status of={status} />
            {failure && <Text size="sm">{failure}</Text>}
          </Stack>,
          <Progress
            key="progress"
            value={bytes.total === 0 ? 0 : (100 * bytes.done) / bytes.total}
            aria-label={`Progress of ${filename}`}
            w={120}
          />,
          `${rows.written} written, ${rows.profilesMade} new, ${rows.refused} refused, ${rows.warnings} ${rows.warnings === 1 ? 'warning' : 'warnings'}`,
          <Time key="at" at={createdAt} />,
        ]}
        empty={{
          title: 'No imports',
          todo: 'POST /v1/Stores/{storeId}/Profiles/Imports begins one; its file is sent to the address in the answer.',
        }}
      />
    </Section>
  )
}

async function fetchImports(storeId: string) {
  const { imports } = await ask(
    api.GET('/v1/Stores/{storeId}/Profiles/Imports', {
      params: { path: { storeId }, query: { orderBy: 'DESC', pageSize: newest } },
    }),
  )
  return Promise.all(
    imports.map((importId) =>
      ask(api.GET('/skein/v1/MemoryStores/{storeId}/Imports/{importId}', { params: { path: { storeId, importId } } })),
    ),
  )
}
