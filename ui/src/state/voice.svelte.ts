/** The voice of the system, which reads answers aloud. */

import { breaths, languageOf } from './spoken';

class Voice {
  /** What is being read, by its key. */
  reading = $state<number | null>(null);
  #voices = $state.raw<SpeechSynthesisVoice[]>([]);

  constructor() {
    if (typeof speechSynthesis === 'undefined') return;
    // Voices that are not of this computer would be given the text: they do not exist here.
    const find = () => (this.#voices = speechSynthesis.getVoices().filter(({ localService }) => localService));
    find();
    speechSynthesis.addEventListener?.('voiceschanged', find);
  }

  /** Whether there is one at all. */
  get available(): boolean {
    return this.#voices.length > 0;
  }

  /** Reads a text aloud, in its own language where there is a voice for it. */
  read(key: number, text: string, language: string): void {
    this.stop();
    const own = languageOf(text, language);
    const speaks = (wanted: string) => this.#voices.find(({ lang }) => lang.toLowerCase().startsWith(wanted));
    const voice = speaks(own) ?? speaks(language) ?? this.#voices[0];
    const pieces = breaths(text);
    if (!voice || pieces.length === 0) return;
    this.reading = key;
    for (const [place, piece] of pieces.entries()) {
      const utterance = new SpeechSynthesisUtterance(piece);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.onend = utterance.onerror = () => {
        if (place === pieces.length - 1 && this.reading === key) this.reading = null;
      };
      speechSynthesis.speak(utterance);
    }
  }

  stop(): void {
    this.reading = null;
    if (this.available) speechSynthesis.cancel();
  }
}

export const voice = new Voice();
