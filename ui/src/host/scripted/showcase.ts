/** An answer with everything in it that an answer can have, and a conversation that is very long. */

import type { Language } from '../../bindings/commands';
import type { World } from './world';

export const SHOWCASE: Record<Language, string> = {
  fr: `Voici tout ce qu’il faut savoir, **en bref** : un peu de *calcul*, un tableau, et du \`code\`.

## Les intérêts composés

Avec un capital $C_0$ placé au taux $t$, on a après $n$ années :

$$
C_n = C_0 \\left(1 + t\\right)^n
$$

1. Le capital **travaille** chaque année.
2. Les intérêts s’y ajoutent :
   - ils rapportent à leur tour ;
   - et ainsi de suite…
3. C’est tout !

### Un exemple

| Année | Capital | Intérêts |
|:------|--------:|:--------:|
| 1 | 1 030,00 € | 30,00 € |
| 2 | 1 060,90 € | 30,90 € |
| 10 | 1 343,92 € | 39,14 € |

> « Celui qui comprend les intérêts composés les gagne ; celui qui ne les comprend pas les paie. »

\`\`\`python
def capital(depart: float, taux: float, annees: int) -> float:
    """Le capital après quelques années."""
    total = depart
    for annee in range(annees):
        total *= 1 + taux  # les intérêts s'ajoutent
    return round(total, 2)

print(capital(1000, 0.03, 10))
\`\`\`

- [x] comprendre la formule
- [ ] l’essayer avec votre propre taux

Pour aller plus loin : [la page de la Banque de France](https://www.banque-france.fr/fr) ou https://fr.wikipedia.org/wiki/Int%C3%A9r%C3%AAts_compos%C3%A9s. Quelle somme voulez-vous placer ?`,
  en: `Here is all you need to know, **in short**: a little *calculation*, a table, and some \`code\`.

## Compound interest

With a capital $C_0$ at the rate $r$, after $n$ years you have:

$$
C_n = C_0 \\left(1 + r\\right)^n
$$

1. The capital **works** every year.
2. The interest is added to it:
   - it earns interest itself;
   - and so on…
3. That is all!

### An example

| Year | Capital | Interest |
|:-----|--------:|:--------:|
| 1 | $1,030.00 | $30.00 |
| 2 | $1,060.90 | $30.90 |
| 10 | $1,343.92 | $39.14 |

> “Whoever understands compound interest earns it; whoever does not pays it.”

\`\`\`python
def capital(start: float, rate: float, years: int) -> float:
    """The capital after some years."""
    total = start
    for year in range(years):
        total *= 1 + rate  # the interest is added
    return round(total, 2)

print(capital(1000, 0.03, 10))
\`\`\`

- [x] understand the formula
- [ ] try it with a rate of your own

To go further: [a page of the central bank](https://www.bankofengland.co.uk/) or https://en.wikipedia.org/wiki/Compound_interest. Which sum do you want to put aside?`,
};

/** A conversation of so many messages; its number. */
export function long(world: World, count: number): number {
  const row = world.begin(world.language === 'fr' ? 'Une très longue conversation' : 'A very long conversation');
  let parent: number | null = null;
  for (let place = 0; place < count; place += 1) {
    const person = place % 2 === 0;
    const text = person ? `${place + 1}. ?` : SHOWCASE[world.language].slice(0, 200 + ((place * 397) % 1700));
    parent = world.say(row.id, parent, person ? 'person' : 'model', text).card.id;
  }
  return row.id;
}
