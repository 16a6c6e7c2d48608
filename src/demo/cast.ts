import type { Dialogue, Turn } from './dialogue.ts'

/** The demo's own dialogues: a dozen errands at the counters of a small town. */
export const cast: readonly Dialogue[] = [
  dialogue('parcel', 'Parcel', [
    'c: Hi, my parcel was due yesterday and I have not seen it.',
    'a: Sorry about that. Could you give me the last four digits of the tracking number?',
    'c: 7 3 0 2',
    'a: Thanks. It sits at the depot; the driver found nobody home at half past two.',
    'c: I was in the garden! Can it come again tomorrow before noon?',
    'a: Booked for tomorrow between 9 and 12. If you are in the garden, may the driver leave it by the back door?',
    'c: Yes, behind the watering can please. I have a dog called Rex.',
    'a: Noted: back door, behind the watering can.',
  ]),
  dialogue('bicycle', 'Bicycle repair', [
    'c: Is my green bicycle ready? The one with the squeaking brake.',
    'a: Almost. The brake is quiet now, but the rear tyre has a tear. Shall we change it for 28?',
    'c: Go ahead. Will it be done today?',
    'a: At five o’clock, if you like.',
    'c: Five it is, thank you.',
  ]),
  dialogue('dentist', 'Appointment', [
    'c: Good morning, I need to move my check-up on Thursday.',
    'a: Of course. What is your date of birth?',
    'c: 14 March 1988',
    'a: I have Friday at 8:40, or Tuesday of next week at 15:20.',
    'c: Tuesday is better. I always work nights.',
    'a: Tuesday at 15:20 then. You will get a reminder on the day before.',
  ]),
  dialogue('library', 'Library', [
    'c: Could I keep the book on beekeeping for two more weeks?',
    'a: Somebody else is waiting for it, I am afraid. It is due on Saturday.',
    'c: Oh. Do you have anything else for beginners with one hive?',
    'a: There is “The Quiet Hive” on the shelf. I can set it aside for you.',
    'c: Please do. I will bring the other one back on Friday.',
  ]),
  dialogue('electricity', 'Bill', [
    'c: My electricity bill is twice what it was last month. Is that right?',
    'a: Let me look. The reading was estimated, because nobody could read the meter.',
    'c: The meter says 48 216 today.',
    'a: That is far below the estimate. I will correct the bill now.',
    'c: Do I have to pay the first one meanwhile?',
    'a: No, forget that one. The new bill is on its way: 41.70.',
    'c: That sounds more like us. Thanks!',
  ]),
  dialogue('hotel', 'Hotel stay', [
    'c: We arrive late on Friday, around 23:30. Is somebody there?',
    'a: The desk closes at 22:00, but we can leave your key in the box by the door.',
    'c: How do we open the box?',
    'a: With a code, which you will get on Friday afternoon.',
    'c: Great. I am allergic to nuts. Is breakfast until ten at weekends?',
    'a: Until half past ten on Saturday and Sunday.',
  ]),
  dialogue('umbrella', 'Lost property', [
    'c: I left an umbrella on tram 6 this morning. Blue, with a wooden handle.',
    'a: Two blue umbrellas came in today. Does yours have anything written on it?',
    'c: Yes, my initials are on the handle, T. R.',
    'a: Then it is here. The lost property office is open until 18:00.',
  ]),
  dialogue('table', 'Restaurant', [
    'c: A table for six on Saturday at seven, please. I am vegetarian.',
    'a: At seven we are full inside. On the terrace there is room, or inside at half past eight.',
    'c: Is the terrace heated?',
    'a: It is, and there are blankets.',
    'c: Terrace at seven then. One of us cannot eat nuts.',
    'a: I have put it on the booking. See you on Saturday.',
  ]),
  dialogue('internet', 'Internet', [
    'c: The internet has been down since eight this morning.',
    'a: I am sorry. Which lights are on at the box?',
    'c: Power is green and the one in the middle blinks red.',
    'a: Then it finds no line. Please pull the grey cable, count to ten, and put it back.',
    'c: Did that. Still red.',
    'a: I see a fault in your street now; a crew is on its way and expects to be done by 14:00.',
    'c: OK. Will somebody tell me when it works again?',
    'a: You will get a message from us as soon as your line is back.',
    'c: Thank you.',
    'a: You are welcome, and sorry for the trouble.',
  ]),
  dialogue('cake', 'Cake order', [
    'c: Do you bake cakes to order? It is for a ninetieth birthday.',
    'a: Gladly! For how many people, and when?',
    'c: Twenty people, a week on Sunday.',
    'a: What does the birthday child like best?',
    'c: Plums. And she would like her name on it: Henrietta.',
    'a: A plum cake for twenty, “Henrietta” in marzipan. You can fetch it from 9:00.',
    'c: Wonderful, we will be there.',
  ]),
  dialogue('gym', 'Membership', [
    'c: I would like to pause my membership for two months, I have hurt my knee.',
    'a: Get well soon! From which day on?',
    'c: From the first of next month.',
    'a: Done: paused for two months from the first. Nothing will be charged in between.',
  ]),
  dialogue('plant', 'Garden centre', [
    'a: Hello, the lemon tree that you asked for has come in.',
    'c: Oh lovely! Does it need to be inside in winter?',
    'a: Bright and cool is best, between 5 and 10 degrees. A stairwell does nicely.',
    'c: I have just the place. Can you keep it until Wednesday?',
    'a: We can, with your name on the pot.',
  ]),
]

function dialogue(id: string, topic: string, lines: string[]): Dialogue {
  return { id, topic, turns: lines.map(turn) }
}

function turn(line: string): Turn {
  return { speaker: line.startsWith('c:') ? 'customer' : 'agent', text: line.slice('c: '.length) }
}
