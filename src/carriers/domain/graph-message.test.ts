import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphMessage, graphParts } from './graph-message.ts'

const at = (name: string) => `https://media.example.test/${name}`

test('parts what has several attachments, the text with the first', () => {
  const whole = { text: 'Hi', mediaUrls: [at('a.jpg'), at('b.pdf'), at('c.mp3')] }
  const others = [
    { text: '', mediaUrls: [at('b.pdf')] },
    { text: '', mediaUrls: [at('c.mp3')] },
  ]
  assert.deepEqual(graphParts(whole), [{ text: 'Hi', mediaUrls: [at('a.jpg')] }, ...others])
  const template = { ...whole, text: 'x'.repeat(1_025), contentId: 'hello', variables: { 1: 'Kiran' } }
  assert.deepEqual(graphParts(template), [{ ...template, mediaUrls: [at('a.jpg')] }, ...others])
  assert.deepEqual(graphParts({ text: 'Hi', mediaUrls: [] }), [{ text: 'Hi', mediaUrls: [] }])
})

test('sends a text that is too long for a caption before the attachments', () => {
  const text = 'x'.repeat(1_025)
  assert.deepEqual(graphParts({ text, mediaUrls: [at('a.jpg')] }), [
    { text, mediaUrls: [] },
    { text: '', mediaUrls: [at('a.jpg')] },
  ])
})

test('sends an attachment as what it is, and as a document where that is not known', () => {
  for (const [name, text, type, more] of [
    ['a.jpg', 'Hi', 'image', { caption: 'Hi' }],
    ['a.PNG', '', 'image', {}],
    ['a.mp4', 'Hi', 'video', { caption: 'Hi' }],
    ['a.ogg', '', 'audio', {}],
    ['a.ogg', 'Hi', 'document', { caption: 'Hi' }],
    ['a.gif', '', 'document', {}],
    ['a', '', 'document', {}],
  ] as const) {
    const sent = graphMessage('whatsapp:+15551234567', { text, mediaUrls: [at(name)] }, {})
    assert.deepEqual([sent.to, sent.type, sent[type]], ['15551234567', type, { link: at(name), ...more }], name)
  }
})

test('fills a template, also its header and whatever the settings add', () => {
  const button = { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '17' }] }
  const sent = graphMessage(
    '+15551234567',
    { text: '', mediaUrls: [at('a.jpg')], contentId: 'order_ready', variables: { 2: 'six', 1: '17', shop: 'Kiosk' } },
    {
      language: { code: 'de', policy: 'deterministic' },
      components: [button],
      template: { namespace: 'n', name: 'x' },
    },
  )
  assert.deepEqual(sent.template, {
    namespace: 'n',
    name: 'order_ready',
    language: { code: 'de', policy: 'deterministic' },
    components: [
      { type: 'header', parameters: [{ type: 'image', image: { link: at('a.jpg') } }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: '17' },
          { type: 'text', text: 'six' },
          { type: 'text', parameter_name: 'shop', text: 'Kiosk' },
        ],
      },
      button,
    ],
  })
})

test('passes settings on, but for what means something to others or says to whom it goes', () => {
  const settings = {
    context: { message_id: 'wamid.A' },
    biz_opaque_callback_data: 'order 17',
    text: { preview_url: true, body: 'Something else' },
    type: 'image',
    to: '15550000000',
    recipient: 'US.1',
    messagingServiceSid: 'MG1',
    statusCallback: 'https://app.example.com',
    language: 'de',
    components: [],
  }
  assert.deepEqual(graphMessage('+15551234567', { text: 'Hi', mediaUrls: [] }, settings), {
    context: { message_id: 'wamid.A' },
    biz_opaque_callback_data: 'order 17',
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: '15551234567',
    type: 'text',
    text: { preview_url: true, body: 'Hi' },
  })
})
