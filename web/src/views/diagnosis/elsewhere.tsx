import { Anchor, List } from '@mantine/core'
import { Link } from 'react-router'

/** Steps whose answers stand in views of their own. */
export function StuckGuide() {
  return (
    <List type="ordered" spacing="xs">
      <List.Item>
        <To path="/stuck">Stuck conversations</To> lists the open ones that no clock will move on, and says why.
      </List.Item>
      <List.Item>
        A conversation keeps the timeouts that its configuration had when it began. Give{' '}
        <To path="/configurations">the configuration</To> timeouts for the channel, under “Conversation lifecycle and
        timeouts”; then those that begin from now on end by themselves.
      </List.Item>
      <List.Item>Close those that there are, from the list of stuck ones.</List.Item>
      <List.Item>
        A silent call with timeouts stays ACTIVE, since a clock starts with the first word. Let VOICE close when the
        call ends.
      </List.Item>
    </List>
  )
}

export function WebhooksGuide() {
  return (
    <List type="ordered" spacing="xs">
      <List.Item>
        <To path="/webhooks">Webhooks</To> lists every target and how it fares. When there is none, give{' '}
        <To path="/configurations">the configuration</To> a callback URL.
      </List.Item>
      <List.Item>
        A target that is DISABLED answered 410, or somebody disabled it. Enable it, and what waits is sent.
      </List.Item>
      <List.Item>
        Open a delivery that was given up: each attempt shows the URL that was called, and what was answered.
      </List.Item>
      <List.Item>Send a test from the target, repair what is wrong, then replay what failed.</List.Item>
      <List.Item>
        <To path="/debugger?level=error">The debugger</To> explains every error code.
      </List.Item>
    </List>
  )
}

function To({ path, children }: { path: string; children: string }) {
  return (
    <Anchor component={Link} to={path} underline="always">
      {children}
    </Anchor>
  )
}
