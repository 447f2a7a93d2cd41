import { hour, size } from '../../format';
import type { Texts } from '../en';

export const settings: Texts['settings'] = {
  window: {
    title: 'La fenêtre',
    language: 'Langue',
    languages: { system: 'Système', fr: 'Français', en: 'English' },
    theme: 'Apparence',
    themes: { system: 'Système', light: 'Papier', dark: 'Lampe' },
    textSize: 'Taille du texte',
    sample: 'Voici comment vous lirez.',
    enter: 'La touche Entrée',
    enterSends: 'Envoie',
    enterBreaks: 'Va à la ligne',
    enterSendsAbout: 'Maj et Entrée vont à la ligne.',
    enterBreaksAbout: 'Ctrl et Entrée envoient.',
    shortcuts: 'Raccourcis clavier',
    showShortcuts: 'Afficher',
    showShortcutsOf: 'Afficher les raccourcis clavier',
  },

  folders: {
    title: 'Où sont les choses',
    models: 'Modèles',
    data: 'Conversations et réglages',
    show: 'Afficher',
    showModels: 'Afficher le dossier des modèles',
    showData: 'Afficher le dossier des conversations',
    move: 'Déplacer…',
    moveAbout: 'Déplacer les modèles dans un autre dossier',
    moved: 'Les modèles ont déménagé.',
  },

  answering: {
    title: 'Les réponses',
    rest: 'Laisser le modèle se reposer',
    restAbout:
      'Un modèle au travail occupe une bonne part de la mémoire. Après ce temps sans question, il la rend à vos autres programmes. Il revient de lui-même à votre prochaine question, après une courte attente.',
    rests: { 300: 'Après 5 minutes', 900: 'Après 15 minutes', 3600: 'Après une heure', never: 'Jamais' },
    movesOn: 'Continuer sans demander après un incident',
    movesOnAbout:
      'Si le modèle s’arrête brusquement sur une partie de l’ordinateur, il recommence sur la suivante. Sinon, Domicile vous demande d’abord.',
  },

  downloads: {
    title: 'Téléchargements',
    limit: 'Vitesse',
    limitAbout: 'Pour laisser un peu de connexion aux autres.',
    noLimit: 'Aussi vite que possible',
    limitOf: (bytes: number) => `Au plus ${size(bytes, 'fr')} par seconde`,
    hours: 'Seulement à certaines heures',
    hoursAbout: 'La nuit, par exemple. En dehors, les téléchargements attendent, puis reprennent d’eux-mêmes.',
    from: 'De',
    to: 'à',
    hour: (value: number) => hour(value, 'fr'),
    nextDay: 'le lendemain',
    metered: 'Même quand la connexion est limitée',
    meteredAbout: 'Par exemple un téléphone qui partage la sienne. Un modèle est volumineux\u00a0: cela peut coûter cher.',
  },

  advanced: {
    title: 'Réglages avancés',
    hub: 'Adresse du dépôt de modèles',
    hubAbout:
      'Les modèles viennent de huggingface.co. Si votre entreprise ou votre école en tient une copie, son adresse va ici.',
    proxy: 'Serveur mandataire (proxy)',
    proxyAbout: 'Ce qui se trouve, dans certaines entreprises, entre cet ordinateur et internet.',
    proxies: { system: 'Comme le système', none: 'Aucun', address: 'Celui-ci' },
    proxyAddress: 'Adresse du serveur mandataire',
    notAnAddress: 'Ce n’est pas une adresse. Elle devrait ressembler à ceci\u00a0:',
    key: 'Clé d’accès au dépôt',
    keyAbout:
      'Certains modèles ne sont donnés qu’à ceux qui ont accepté leurs conditions. La clé va dans le trousseau du système, et Domicile ne la montre plus jamais.',
    keyKept: 'Il y en a une, dans le trousseau du système.',
    keep: 'Conserver',
    forget: 'Oublier',
    forgotten: 'La clé d’accès est oubliée.',
    kept: 'La clé d’accès est dans le trousseau du système.',
  },

  version: {
    title: 'Cette version',
    name: (version: string) => `Domicile ${version}`,
    updates:
      'Domicile ne cherche jamais de nouvelle version de lui-même\u00a0: il ne se connecte que pour télécharger ce que vous demandez.',
  },
};
