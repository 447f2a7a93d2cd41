import type { DeviceCard, ModelCard } from '../../bindings/commands';
import { duration, memory, pace } from '../../format';
import type { Texts } from '../en';

const deviceName = ({ processor, name }: DeviceCard) => (processor ? 'le processeur' : (name ?? 'une autre carte'));

export const chat: Texts['chat'] = {
  modelName: (model: ModelCard) => (model.starter ? 'le guide' : model.name),
  modelSubject: (model: ModelCard) => (model.starter ? 'Le guide' : model.name),

  conversation: 'Conversation',
  newConversation: 'Nouvelle conversation',
  toLatest: 'Revenir à la fin',

  welcome: 'Vous êtes ici chez vous.',
  introduction: (model: ModelCard) =>
    model.starter
      ? 'Domicile est une IA qui habite votre ordinateur. Le guide, un tout petit modèle fourni avec, répond aux questions sur Domicile.'
      : `Domicile est une IA qui habite votre ordinateur. ${model.name} répond à vos questions.`,
  prospect: ({ model, memory: bytes, card, room, to_free, words }) => {
    const has = bytes === undefined ? '' : `Cet ordinateur a ${memory(bytes, 'fr')} de mémoire. `;
    const on = card ? ` sur la carte ${card}` : '';
    const speed = words ? `, à environ ${pace(words, 'fr')} mots par seconde` : '';
    const free = to_free ? ` (${memory(to_free, 'fr')} à libérer)` : '';
    switch (room) {
      case 'enough':
        return `${has}Il y a la place pour ${model}${on}${speed}.`;
      case 'after_closing':
        return `${has}${model} y tiendra une fois d’autres programmes fermés${free}${speed}.`;
      case 'scarce':
        return `${has}${model} y fonctionnera tout juste, avec de la patience${speed}.`;
      case 'too_little':
        return `${has}C’est trop peu pour ${model}\u202f; le guide, lui, y est à l’aise.`;
      case 'unknown':
        return '';
    }
  },
  examplesTitle: 'Pour commencer',
  // With plain spaces, as they are asked; the buttons show them with unbreakable ones.
  examples: [
    'Qui es-tu ?',
    'Que faut-il pour gpt-oss-20b ?',
    'Est-ce que quelque chose sort de mon ordinateur ?',
    'À quoi sert le raisonnement ?',
  ],
  promise: 'Tout se passe sur cet ordinateur. Rien de ce que vous écrivez n’en sort.',

  question: 'Votre question',
  questionPlaceholder: 'Posez une question',
  send: 'Envoyer',
  stop: 'Arrêter',
  keys: 'Entrée envoie, Maj et Entrée vont à la ligne.',

  you: 'Vous',
  reading: (subject) => `${subject} lit…`,
  reasoning: (subject) => `${subject} réfléchit…`,
  answering: (subject) => `${subject} répond…`,
  thought: (seconds) => (seconds < 1 ? 'A réfléchi un instant' : `A réfléchi ${duration(seconds)}`),
  showReasoning: 'Montrer le raisonnement',
  hideReasoning: 'Replier le raisonnement',
  thoughts: 'Raisonnement',
  ended: {
    silent: 'Le modèle s’est arrêté sans répondre. Reposez la question, peut-être autrement.',
    stopped: 'Arrêté',
    length: 'La réponse s’arrête ici\u00a0: elle a atteint la longueur maximale.',
    context_full:
      'La réponse s’arrête ici\u00a0: cette conversation est devenue trop longue. Commencez-en une nouvelle pour continuer.',
  },
  finished: 'Réponse terminée',

  waiting: (subject) => `Un autre grand modèle se charge sur cet ordinateur. ${subject} attend son tour.`,
  loading: (subject) => `${subject} se charge…`,
  movedOn: (to) => `Le modèle s’est arrêté là où il était. Il reprend sur ${deviceName(to)}.`,
  passedOver: (to) =>
    `La dernière fois, le modèle s’est arrêté brusquement là où il va le plus vite. Il répond sur ${deviceName(to)}.`,
  distrusted: (to) => `Un appareil de cet ordinateur calcule mal. Le modèle répond sur ${deviceName(to)}.`,
  tryAgain: 'Réessayer',
  goOnWith: (to) => `Continuer sur ${deviceName(to)}`,
  copyDetails: 'Copier les détails',
  copied: 'Copié',

};
