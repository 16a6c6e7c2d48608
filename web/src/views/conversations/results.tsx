import { Code, Text } from '@mantine/core'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'

/** What language operators found in the conversation. */
export function Results({ conversationId }: { conversationId: string }) {
  const source = usePages(
    ['conversation', conversationId, 'results'],
    (pageToken) =>
      ask(
        api.GET('/v3/OperatorResults', {
          params: { query: given({ conversationId, pageSize: 50, pageToken }) as never },
        }),
      ),
    ({ items }) => items,
  )
  return (
    <Listing
      label="Operator results"
      source={source}
      columns={['Operator', 'Result', 'Because of', 'When']}
      rowKey={({ id }) => id}
      row={({ operator, result, executionDetails, dateCreated }) => [
        <Text key="operator" size="sm" className="wrap-anywhere">
          {operator.id}, version {operator.version}
        </Text>,
        <Code key="result" block className="wrap-anywhere">
          {JSON.stringify(result, null, 1)}
        </Code>,
        executionDetails.trigger.on,
        <Time key="when" at={dateCreated} />,
      ]}
      empty={{
        title: 'No operator has found anything here',
        todo: 'Name an intelligence configuration in the conversation configuration; its rules say when operators run.',
      }}
    />
  )
}
