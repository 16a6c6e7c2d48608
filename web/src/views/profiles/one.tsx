import { Anchor, Code, Grid, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { Trouble, TroublePage } from '../../parts/trouble.tsx'
import { Conversations } from './conversations.tsx'
import { Merges } from './merges.tsx'
import { Recall } from './recall.tsx'
import { Traits } from './traits.tsx'

export default function ProfileView() {
  const { storeId = '', id: profileId = '' } = useParams()
  const path = { storeId, profileId }
  const found = useQuery({ queryKey: ['profile', profileId], queryFn: () => fetchProfile(path) })
  if (found.isPending) return <Loading />
  if (found.isError) return <TroublePage title="Profile" error={found.error} onRetry={() => void found.refetch()} />
  const { profile, identifiers, observations, summaries } = found.data
  return (
    <Page title="Profile" lead={<Code className="wrap-anywhere">{profile.id}</Code>} actions={<MergeWith {...path} />}>
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <Section title="Identifiers, and why they are here">
              <Listing
                label="Identifiers"
                source={{ ...found, items: identifiers }}
                columns={['Identifier', 'Because of']}
                rowKey={({ idType, value }) => `${idType} ${value}`}
                row={({ idType, value, reasons }) => [
                  `${idType} ${value}`,
                  <Reasons key="reasons" reasons={reasons} />,
                ]}
                empty={{
                  title: 'No identifiers',
                  todo: 'Nothing leads from a message to this profile. Give it a phone or an address.',
                }}
              />
            </Section>
            <Conversations
              profileId={profile.id}
              addresses={[...new Set(identifiers.filter(({ idType }) => idType !== 'email').map(({ value }) => value))]}
            />
            <Section title="Observations">
              <Listing
                label="Observations"
                source={{ ...found, items: observations }}
                columns={['What', 'Source', 'When']}
                rowKey={({ id }) => id}
                row={({ content, source, occurredAt }) => [content, source, <Time key="at" at={occurredAt} />]}
                empty={{
                  title: 'No observations yet',
                  todo: 'They come with what is extracted from conversations, or by the API.',
                }}
              />
            </Section>
            <Section title="Summaries">
              <Listing
                label="Summaries"
                source={{ ...found, items: summaries }}
                columns={['What', 'When']}
                rowKey={({ id }) => id}
                row={({ content, occurredAt }) => [content, <Time key="at" at={occurredAt} />]}
                empty={{ title: 'No summaries yet', todo: 'They come when conversations end, or by the API.' }}
              />
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <Traits traits={profile.traits as never} />
            <Recall {...path} />
            <Merges {...path} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  )
}

interface Reason {
  source: string
  trait?: string
  at: string
  requestId: string | null
}

/** What brought an identifier, when, and by which request. */
function Reasons({ reasons }: { reasons: Reason[] }) {
  return reasons.map(({ source, trait, at, requestId }) => (
    <Text size="sm" key={`${source} ${trait} ${at}`} component="div">
      {source.toLowerCase().replaceAll('_', ' ')}
      {trait ? ` (${trait})` : ''}, <Time at={at} />
      {requestId && (
        <>
          ,{' '}
          <Anchor component={Link} to={`/debugger/${requestId}`} underline="always" size="sm">
            request
          </Anchor>
        </>
      )}
    </Text>
  ))
}

async function fetchProfile(path: { storeId: string; profileId: string }) {
  const params = { params: { path } }
  const [profile, { identifiers }, { observations }, { summaries }] = await Promise.all([
    ask(api.GET('/v1/Stores/{storeId}/Profiles/{profileId}', params)),
    ask(api.GET('/skein/v1/Stores/{storeId}/Profiles/{profileId}/Identifiers', params)),
    ask(api.GET('/v1/Stores/{storeId}/Profiles/{profileId}/Observations', params)),
    ask(api.GET('/v1/Stores/{storeId}/Profiles/{profileId}/ConversationSummaries', params)),
  ])
  return { profile, identifiers, observations, summaries }
}

/** Shows what a merge would do before it is done. */
function MergeWith({ storeId, profileId }: { storeId: string; profileId: string }) {
  const client = useQueryClient()
  const [other, setOther] = useState('')
  const body = { profileIds: [profileId, other] }
  const preview = useQuery({
    queryKey: ['profile', profileId, 'preview', other],
    queryFn: () => ask(api.POST('/skein/v1/Stores/{storeId}/Merges/Preview', { params: { path: { storeId } }, body })),
    enabled: /^mem_profile_\w{20,}$/.test(other),
  })
  const merge = async () => {
    await ask(api.POST('/skein/v1/Stores/{storeId}/Merges', { params: { path: { storeId } }, body }))
    await client.invalidateQueries()
  }
  const asked = (
    <>
      <TextInput
        label="Merge with profile"
        placeholder="mem_profile_…"
        value={other}
        onChange={(event) => setOther(event.currentTarget.value.trim())}
      />
      {preview.isError && <Trouble error={preview.error} />}
      {preview.data?.refusal && <Text size="sm">It would be refused: {preview.data.refusal}</Text>}
      {preview.data?.merges.map(({ survivingProfileId, moved }) => (
        <Text size="sm" key={survivingProfileId} className="wrap-anywhere">
          {survivingProfileId} would stay and gain {moved.identifiers} identifiers, {moved.traits} traits,{' '}
          {moved.observations} observations and {moved.summaries} summaries.
        </Text>
      ))}
    </>
  )
  return (
    <Act run={merge} confirm={asked}>
      Merge
    </Act>
  )
}
