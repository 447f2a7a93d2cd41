import type { Story } from './seed';

export const stories: Story[] = [
  {
    title: 'Lettre au propriétaire pour la fuite d’eau',
    days: 0.012,
    assistant: 'writer',
    said: [
      {
        question:
          'Aide-moi à écrire une lettre courte et polie à mon propriétaire : il y a une fuite sous l’évier depuis dix jours, j’ai déjà téléphoné deux fois.',
        reasoning:
          'Une lettre courte, polie mais ferme. Il faut dire depuis quand, ce qui a déjà été fait, ce qui est demandé, et pour quand.',
        answers: [
          'Voici une proposition :\n\n> Madame, Monsieur,\n>\n> Depuis le 12 du mois, une fuite s’écoule sous l’évier de la cuisine. Je vous en ai parlé au téléphone à deux reprises, et rien n’a pu être fait jusqu’ici.\n>\n> Le meuble commence à gonfler. Je vous serais reconnaissant de faire passer un plombier avant la fin de la semaine, ou de m’autoriser à en appeler un à vos frais.\n>\n> Avec mes salutations distinguées.\n\nSi vous gardez une trace des appels, vous pouvez en donner les dates : cela suffit souvent.',
          'Plus court encore :\n\n> Bonjour,\n>\n> La fuite sous l’évier, dont je vous ai parlé deux fois, dure depuis dix jours et abîme le meuble. Pouvez-vous envoyer un plombier avant vendredi ?\n>\n> Merci d’avance.',
        ],
      },
    ],
  },
  {
    title: 'Recette de la tarte aux mirabelles',
    days: 0.14,
    folder: 'Maison',
    said: [
      {
        question: 'J’ai un kilo de mirabelles. Une recette de tarte simple ?',
        answers: [
          '## Tarte aux mirabelles\n\n1. Préchauffez le four à 200 °C.\n2. Étalez une pâte brisée et piquez-la à la fourchette.\n3. Saupoudrez de deux cuillères de poudre d’amandes : elle boit le jus.\n4. Rangez les mirabelles dénoyautées, serrées, peau contre la pâte.\n5. Trente-cinq minutes au four, puis du sucre à la sortie.\n\n| Pour six personnes | |\n| --- | --- |\n| Mirabelles | 1 kg |\n| Pâte brisée | 250 g |\n| Poudre d’amandes | 30 g |\n| Sucre | 60 g |',
        ],
      },
      {
        question: 'Et sans amandes, à cause d’une allergie ?',
        answers: ['De la semoule fine fait le même travail : une cuillère et demie, étalée sur la pâte avant les fruits. Des biscuits écrasés vont bien aussi.'],
      },
    ],
  },
  {
    title: 'Comprendre ma facture d’électricité',
    days: 1.1,
    pinned: true,
    folder: 'Maison',
    said: [
      {
        question: 'Sur ma facture il y a « abonnement », « consommation » et « acheminement ». Que veut dire chacun ?',
        answers: [
          'L’**abonnement** se paie chaque mois, même si vous n’allumez rien. Il dépend de la puissance de votre compteur.\n\nLa **consommation** est ce que vous avez utilisé, en kilowattheures.\n\nL’**acheminement** paie les lignes et les compteurs. Il est compris dans les deux autres : ce n’est pas un supplément.',
        ],
      },
    ],
  },
  {
    title: 'Traduction d’un courriel pour l’école de Lyon',
    days: 1.3,
    assistant: 'translator',
    folder: 'École',
    said: [
      {
        question: 'Traduis en anglais : « Notre fille sera absente jeudi pour un rendez-vous médical. Pourriez-vous nous dire ce qu’elle devra rattraper ? »',
        answers: ['“Our daughter will be away on Thursday for a medical appointment. Could you let us know what she will need to catch up on?”'],
      },
    ],
  },
  {
    title: 'Pourquoi le ciel est bleu, pour un enfant de six ans',
    days: 2.2,
    assistant: 'simple',
    folder: 'École',
    said: [
      {
        question: 'Explique à un enfant de six ans pourquoi le ciel est bleu.',
        before: ['Pourquoi le ciel est bleu ?', 'La diffusion de Rayleigh est plus forte aux courtes longueurs d’onde : le bleu est dispersé dans toutes les directions.'],
        answers: [
          'La lumière du soleil est un mélange de toutes les couleurs, comme un arc-en-ciel bien serré. Quand elle traverse l’air, le bleu rebondit partout, comme une balle dans une petite pièce. Les autres couleurs passent presque tout droit. Alors, où que tu regardes, il y a du bleu qui arrive.',
        ],
      },
    ],
  },
  {
    title: 'Renommer cent photos d’un coup',
    days: 3.4,
    assistant: 'programmer',
    said: [
      {
        question: 'J’ai un dossier de photos IMG_0001.JPG, IMG_0002.JPG… Un petit programme pour les renommer par date ?',
        reasoning: 'Python suffit, sans rien installer : la date du fichier. Il faut prévenir de travailler sur une copie.',
        answers: [
          'Avec Python, sans rien installer de plus :\n\n```python\nfrom datetime import datetime\nfrom pathlib import Path\n\nfor photo in sorted(Path("photos").glob("IMG_*.JPG")):\n    taken = datetime.fromtimestamp(photo.stat().st_mtime)\n    photo.rename(photo.with_name(f"{taken:%Y-%m-%d_%H-%M-%S}_{photo.name}"))\n```\n\nEssayez d’abord sur une copie du dossier. La date est celle du fichier : si les photos ont été recopiées, elle peut être fausse.',
        ],
      },
    ],
  },
  {
    title: 'Idées pour les soixante ans de Maman',
    days: 5.3,
    pinned: true,
    said: [
      {
        question: 'Ma mère aura soixante ans en mai. Elle aime marcher, les jardins et la chanson française. Des idées qui ne coûtent pas une fortune ?',
        answers: [
          '- **Une journée dans un jardin** qu’elle ne connaît pas, avec un pique-nique préparé par chacun.\n- **Un carnet de soixante souvenirs**, un par année, écrits par ceux qui l’aiment.\n- **Un petit concert chez vous** : un chanteur amateur du conservatoire demande souvent peu.\n- **Une marche de trois jours**, avec une valise portée d’étape en étape.',
        ],
      },
    ],
  },
  {
    title: 'Lettre de motivation, poste à la médiathèque',
    days: 11,
    assistant: 'writer',
    said: [
      {
        question: 'Voici mon parcours : quinze ans de librairie, un an de bénévolat à la bibliothèque de Vannes. Fais-moi un premier paragraphe.',
        answers: ['« Pendant quinze ans, j’ai vendu des livres ; depuis un an, le samedi, j’en prête. C’est ce second métier que je voudrais faire pour de bon. »'],
      },
    ],
  },
  {
    title: 'Le potager au mois de mars',
    days: 19,
    folder: 'Maison',
    said: [
      {
        question: 'Que puis-je semer en mars en Bretagne, en pleine terre ?',
        answers: ['Les fèves, les pois ronds, les épinards et les oignons. Attendez avril pour les carottes si la terre est lourde, et mai pour tout ce qui craint le gel : tomates, courgettes, haricots.'],
      },
    ],
  },
  {
    title: 'Théorème de Pythagore, exercice 12',
    days: 33,
    folder: 'École',
    said: [
      {
        question: 'Une échelle de 5 m est posée à 3 m du mur. À quelle hauteur arrive-t-elle ? Explique le calcul.',
        answers: ['Le mur, le sol et l’échelle font un triangle rectangle :\n\n$$h^2 + 3^2 = 5^2$$\n\ndonc $h^2 = 25 - 9 = 16$ et $h = \\sqrt{16} = 4$. L’échelle arrive à **4 mètres**.'],
      },
    ],
  },
  {
    title: 'Relire le compte rendu de l’association',
    days: 41,
    assistant: 'proofreader',
    said: [
      {
        question: 'Corrige : « Les membres présent ont votés à l’unanimité le report des cotisation. »',
        answers: ['« Les membres **présents** ont **voté** à l’unanimité le report des **cotisations**. »\n\n- *présents* : accordé avec « membres ».\n- *voté* : avec « avoir », pas d’accord, le complément est après.\n- *cotisations* : au pluriel.'],
      },
    ],
  },
  {
    title: 'Un week-end à Saint-Malo sans voiture',
    days: 52,
    said: [
      {
        question: 'Deux jours à Saint-Malo, en train, avec deux enfants. Un programme tranquille ?',
        answers: ['**Samedi** : les remparts le matin, la plage de Bon-Secours l’après-midi (la piscine d’eau de mer plaît aux enfants), des galettes le soir.\n\n**Dimanche** : le Grand Bé à marée basse. Regardez l’heure de la marée avant de partir : le passage se referme.'],
      },
    ],
  },
  {
    title: 'Quelle assurance pour un vélo électrique',
    days: 66,
    said: [
      {
        question: 'Mon assurance habitation couvre-t-elle mon vélo électrique volé dans la rue ?',
        answers: ['Le plus souvent, non : elle couvre un vol chez vous, parfois dans une cave fermée. Cherchez dans votre contrat « vol hors du domicile » et « engins à moteur ». Je peux me tromper sur votre contrat : posez la question par écrit à votre assureur.'],
      },
    ],
  },
  {
    title: 'Nom pour un chat gris',
    days: 84,
    said: [
      {
        question: 'Un chat gris, très calme, qui dort sur les livres. Un nom ?',
        answers: ['Brouillard, Colette, Ardoise, Montaigne… J’ai un faible pour **Ardoise**.'],
      },
    ],
  },
];
