import type { Story } from './seed';

export const stories: Story[] = [
  {
    title: 'A letter to the landlord about the leak',
    days: 0.012,
    assistant: 'writer',
    said: [
      {
        question: 'Help me write a short, polite letter to my landlord: there has been a leak under the sink for ten days, and I have rung twice.',
        reasoning: 'Short and polite, but firm: since when, what was done already, what is asked for, and by when.',
        answers: [
          'Here is a proposal:\n\n> Dear Mr Hall,\n>\n> Since the 12th there has been a leak under the kitchen sink. I have told you about it twice on the telephone, and nothing could be done so far.\n>\n> The cupboard is beginning to swell. I would be grateful if you could send a plumber before the end of the week, or let me call one at your expense.\n>\n> Yours sincerely\n\nIf you know on which days you rang, give them: that often suffices.',
          'Shorter still:\n\n> Hello,\n>\n> The leak under the sink that I rang you about twice has now lasted ten days and is spoiling the cupboard. Could you send a plumber before Friday?\n>\n> Thank you.',
        ],
      },
    ],
  },
  {
    title: 'A simple plum tart',
    days: 0.14,
    folder: 'Home',
    said: [
      {
        question: 'I have two pounds of plums. A simple recipe for a tart?',
        answers: [
          '## Plum tart\n\n1. Heat the oven to 200 °C.\n2. Roll out shortcrust pastry and prick it with a fork.\n3. Scatter two spoons of ground almonds on it: they soak up the juice.\n4. Set the halved plums close together, skin down.\n5. Bake for thirty-five minutes, and sugar it when it comes out.\n\n| For six people | |\n| --- | --- |\n| Plums | 1 kg |\n| Shortcrust pastry | 250 g |\n| Ground almonds | 30 g |\n| Sugar | 60 g |',
        ],
      },
      {
        question: 'And without almonds? Somebody is allergic.',
        answers: ['Fine semolina does the same: a spoon and a half, spread on the pastry before the fruit. Crushed biscuits work too.'],
      },
    ],
  },
  {
    title: 'Understanding my electricity bill',
    days: 1.1,
    pinned: true,
    folder: 'Home',
    said: [
      {
        question: 'My bill has a “standing charge”, a “unit rate” and “VAT”. What is each of them?',
        answers: [
          'The **standing charge** is paid every day, even if you switch nothing on. It pays for the line to your house.\n\nThe **unit rate** is what one kilowatt hour costs; it is multiplied by what you used.\n\n**VAT** is a tax on the sum of the two.',
        ],
      },
    ],
  },
  {
    title: 'Translating an e-mail for the school in Lyon',
    days: 1.3,
    assistant: 'translator',
    folder: 'School',
    said: [
      {
        question: 'Into French: “Our daughter will be away on Thursday for a medical appointment. Could you tell us what she will need to catch up on?”',
        answers: ['« Notre fille sera absente jeudi pour un rendez-vous médical. Pourriez-vous nous dire ce qu’elle devra rattraper ? »'],
      },
    ],
  },
  {
    title: 'Why the sky is blue, for a child of six',
    days: 2.2,
    assistant: 'simple',
    folder: 'School',
    said: [
      {
        question: 'Explain to a child of six why the sky is blue.',
        before: ['Why is the sky blue?', 'Rayleigh scattering is stronger at short wavelengths, so blue light is scattered in all directions.'],
        answers: [
          'The light of the sun is all the colours mixed, like a rainbow squeezed tight. When it comes through the air, the blue bounces about, like a ball in a small room. The other colours go nearly straight on. So wherever you look, some blue is coming to you.',
        ],
      },
    ],
  },
  {
    title: 'Renaming a hundred photos at once',
    days: 3.4,
    assistant: 'programmer',
    said: [
      {
        question: 'I have a folder of photos IMG_0001.JPG, IMG_0002.JPG… A small program to rename them by date?',
        reasoning: 'Python is enough, with nothing to install: the date of the file. I should say to work on a copy.',
        answers: [
          'In Python, with nothing else to install:\n\n```python\nfrom datetime import datetime\nfrom pathlib import Path\n\nfor photo in sorted(Path("photos").glob("IMG_*.JPG")):\n    taken = datetime.fromtimestamp(photo.stat().st_mtime)\n    photo.rename(photo.with_name(f"{taken:%Y-%m-%d_%H-%M-%S}_{photo.name}"))\n```\n\nTry it on a copy of the folder first. The date is that of the file: if the photos have been copied about, it may be wrong.',
        ],
      },
    ],
  },
  {
    title: 'Ideas for Mum’s sixtieth birthday',
    days: 5.3,
    pinned: true,
    said: [
      {
        question: 'My mother will be sixty in May. She likes walking, gardens and old songs. Ideas that do not cost a fortune?',
        answers: [
          '- **A day in a garden** that she does not know, with a picnic that everybody brings a part of.\n- **A book of sixty memories**, one for each year, written by those who love her.\n- **A small concert at home**: a student of the music school often asks for little.\n- **A walk of three days**, with the luggage carried from inn to inn.',
        ],
      },
    ],
  },
  {
    title: 'Applying to the library',
    days: 11,
    assistant: 'writer',
    said: [
      {
        question: 'I have worked in bookshops for fifteen years, and helped in the library of Whitby for one. Write me a first paragraph.',
        answers: ['“For fifteen years I have sold books; for a year now, on Saturdays, I have lent them. It is the second that I should like to do for good.”'],
      },
    ],
  },
  {
    title: 'The vegetable garden in March',
    days: 19,
    folder: 'Home',
    said: [
      {
        question: 'What can I sow outdoors in March in Cornwall?',
        answers: ['Broad beans, peas, spinach and onions. Wait for April with carrots where the soil is heavy, and for May with all that fears frost: tomatoes, courgettes, beans.'],
      },
    ],
  },
  {
    title: 'Pythagoras, exercise 12',
    days: 33,
    folder: 'School',
    said: [
      {
        question: 'A ladder of 5 m stands 3 m from the wall. How high does it reach? Explain how it is worked out.',
        answers: ['The wall, the ground and the ladder make a right triangle:\n\n$$h^2 + 3^2 = 5^2$$\n\nso $h^2 = 25 - 9 = 16$ and $h = \\sqrt{16} = 4$. The ladder reaches **4 metres**.'],
      },
    ],
  },
  {
    title: 'Proofreading the minutes of the club',
    days: 41,
    assistant: 'proofreader',
    said: [
      {
        question: 'Correct: “The members which was present has voted unanimous to postpone the fee’s.”',
        answers: ['“The members **who were** present **voted unanimously** to postpone the **fees**.”\n\n- *who were*: they are people, and more than one.\n- *unanimously*: it says how they voted.\n- *fees*: more than one, without an apostrophe.'],
      },
    ],
  },
  {
    title: 'A weekend in York without a car',
    days: 52,
    said: [
      {
        question: 'Two days in York, by train, with two children. A quiet plan?',
        answers: ['**Saturday**: the walls in the morning, the railway museum in the afternoon (children like it, and it is free), fish and chips in the evening.\n\n**Sunday**: the river by boat, and the café in the museum gardens.'],
      },
    ],
  },
  {
    title: 'Which insurance for an electric bicycle',
    days: 66,
    said: [
      {
        question: 'Does my home insurance cover my electric bicycle if it is stolen in the street?',
        answers: ['Mostly not: it covers theft at home, sometimes from a locked shed. Look in your policy for “away from home”. I may be wrong about yours: ask your insurer in writing.'],
      },
    ],
  },
  {
    title: 'A name for a grey cat',
    days: 84,
    said: [
      {
        question: 'A grey cat, very calm, who sleeps on books. A name?',
        answers: ['Fog, Slate, Colette, Montaigne… I have a weakness for **Slate**.'],
      },
    ],
  },
];
