import './styles/base.css';
import { mount } from 'svelte';
import type { Language } from './bindings/commands';
import App from './components/shell/App.svelte';
import Failure from './components/shell/Failure.svelte';
import { openHost } from './host';
import { problemOf } from './state/problems';

function speak(language: Language): HTMLElement {
  document.documentElement.lang = language;
  // The waiting page gives way to the real one in the same frame.
  const target = document.getElementById('app') ?? document.body;
  target.replaceChildren();
  return target;
}

async function start(): Promise<void> {
  try {
    const host = await openHost();
    const welcome = await host.call('welcome', null);
    mount(App, { target: speak(welcome.language), props: { host, welcome } });
    // From here on something can be done; a test reads when that was.
    performance.mark('usable');
  } catch (error) {
    const language = navigator.language.startsWith('fr') ? 'fr' : 'en';
    mount(Failure, { target: speak(language), props: { language, problem: problemOf(error) } });
  }
}

void start();
