import type { Facts, ProblemCode } from '../../bindings/commands';
import { size } from '../../format';

/** What happened, and the way out. */
export interface ProblemText {
  title: string;
  happened: string;
  todo: string;
}

const bytes = (count: number) => size(count, 'en');

export const problems = {
  model_not_found: ({ model }: Facts) => ({
    title: 'This model is not here',
    happened: model ? `There is no model called ${model} on this computer.` : 'The model is not on this computer.',
    todo: 'Choose a model that is here, or go on with the guide.',
  }),
  model_unsupported: ({ model }: Facts) => ({
    title: 'This kind of model is not known yet',
    happened: model ? `Domicile cannot run ${model} models for now.` : 'Domicile cannot run this model for now.',
    todo: 'Choose another model. A later version of Domicile may know this one.',
  }),
  model_not_conversational: () => ({
    title: 'This model does not hold conversations',
    happened: 'Domicile does not know yet how to talk to it, or it was made to continue a text and not to answer questions.',
    todo: 'Choose a gpt-oss model.',
  }),
  file_missing: ({ file }: Facts) => ({
    title: 'A file of the model is missing',
    happened: file ? `The file ${file} is no longer in the model’s folder.` : 'One of the model’s files is not in its folder.',
    todo: 'Put the file back, or add the model again.',
  }),
  file_incomplete: ({ file, needed, available }: Facts) => ({
    title: 'A file of the model is incomplete',
    happened:
      (file ? `The file ${file} stops before its end` : 'A file stops before its end') +
      (needed !== undefined && available !== undefined ? `: ${bytes(available)} of ${bytes(needed)}.` : '.'),
    todo: 'The copy was probably interrupted. Add the model again.',
  }),
  file_unreadable: ({ file }: Facts) => ({
    title: 'A file of the model cannot be read',
    happened: file ? `The disk does not give the file ${file}.` : 'The disk does not give one of the model’s files.',
    todo: 'Check that the disk is connected and that you may read this folder, then ask again.',
  }),
  file_damaged: ({ file }: Facts) => ({
    title: 'A file of the model is damaged',
    happened: file ? `What the file ${file} holds is not what it should be.` : 'A file does not hold what it should.',
    todo: 'Add the model again. If it happens again, the disk may need a check.',
  }),
  files_contradict: () => ({
    title: 'The model’s files do not go together',
    happened: 'Its files contradict each other, as if they came from two different models.',
    todo: 'Add the model again, from one place.',
  }),
  file_unwritable: ({ file }: Facts) => ({
    title: 'A file could not be written',
    happened: file ? `The disk does not take the file ${file}.` : 'The disk does not take the file.',
    todo: 'Choose another folder, or free some space on this disk.',
  }),
  recording_invalid: ({ file }: Facts) => ({
    title: 'This file does not describe a computer',
    happened: file ? `The file ${file} is something else, or from another version.` : 'The file is something else, or from another version.',
    todo: 'Make a new description on that computer with the same version of Domicile.',
  }),
  context_full: () => ({
    title: 'This conversation has become too long',
    happened: 'The model can no longer follow all of it at once.',
    todo: 'Start a new conversation. Your question is kept.',
  }),
  question_empty: () => ({
    title: 'There is no question yet',
    happened: 'The message was empty.',
    todo: 'Write a question below.',
  }),
  out_of_memory: ({ needed }: Facts) => ({
    title: 'There was not enough memory',
    happened:
      needed === undefined
        ? 'This computer had no memory left for the answer.'
        : `The answer needed ${bytes(needed)} more memory than this computer had left.`,
    todo: 'Close a few programs and ask again. Your question is kept.',
  }),
  device_unavailable: () => ({
    title: 'This part of the computer cannot be used',
    happened: 'The graphics card or processor that was asked for does not answer.',
    todo: 'Restart Domicile. If it happens again, updating the graphics driver often helps.',
  }),
  engine_crashed: () => ({
    title: 'The model stopped abruptly',
    happened: 'The part of Domicile that runs the model had to be ended. Your conversation is still here.',
    todo: 'Ask again: it starts anew by itself. If it happens again, a smaller model may help.',
  }),
  stopped_last_time: () => ({
    title: 'This model had stopped abruptly',
    happened: 'The last time, it stopped while it was being loaded. Domicile does not repeat that without you.',
    todo: 'Close other programs, then try again: it may have been short of room.',
  }),
  self_test_failed: () => ({
    title: 'This device computes wrongly',
    happened: 'Before a device is given a model, Domicile has it do a calculation whose result is known. It was wrong.',
    todo: 'Update the driver of this device, then try again: Domicile will check it anew.',
  }),
  device_unsuited: () => ({
    title: 'This model does not suit this device',
    happened: 'Domicile knows that this device would compute the model wrongly without saying so, and did not give it the model.',
    todo: 'The processor runs it, more slowly. Another model may suit this device.',
  }),
  runtime_missing: () => ({
    title: 'A part of Domicile is missing',
    happened: 'A file that was installed with Domicile is not there any more, or has been replaced by another one.',
    todo: 'Install Domicile again over the present one: your models and conversations stay.',
  }),
  engine_failed: () => ({
    title: 'The answer could not be finished',
    happened: 'What makes the model work on this computer has stopped unexpectedly.',
    todo: 'Ask again. If it happens again, restart Domicile: your question is kept.',
  }),
  repository_not_found: ({ model }: Facts) => ({
    title: 'This repository was not found',
    happened: model ? `There is no repository ${model}, or it is not public.` : 'There is no such repository, or it is not public.',
    todo: 'Check the name or the address.',
  }),
  model_gated: ({ model }: Facts) => ({
    title: 'This model has terms to accept',
    happened: model ? `${model} is given to those who have accepted its terms.` : 'It is given to those who have accepted its terms.',
    todo: 'Accept them on the model’s page, then give Domicile your access key.',
  }),
  not_a_model: ({ file }: Facts) => ({
    title: 'This is no model',
    happened: file ? `${file} does not hold what makes a model.` : 'There is not what makes a model.',
    todo: 'Choose the folder that holds the file config.json, or a GGUF file.',
  }),
  model_exists: ({ model }: Facts) => ({
    title: 'This name is taken',
    happened: model ? `There is a model called ${model} already.` : 'There is a model of this name already.',
    todo: 'Choose another name, or remove the other model first.',
  }),
  model_in_use: ({ model }: Facts) => ({
    title: 'This model is busy',
    happened: model ? `Another window is at work on ${model}.` : 'Another window is at work on it.',
    todo: 'Wait until it has finished, or stop it.',
  }),
  download_wrong: ({ file }: Facts) => ({
    title: 'The download is not faithful',
    happened: file ? `The file ${file} comes with other bytes than were announced.` : 'A file comes with other bytes than were announced.',
    todo: 'Try again later, or from another network. Nothing doubtful was kept.',
  }),
  model_changed: ({ file }: Facts) => ({
    title: 'The model has changed since',
    happened: file ? `The file ${file} is no longer the same where it comes from.` : 'A file is no longer the same where it comes from.',
    todo: 'Remove the model and download it again.',
  }),
  disk_full: ({ needed, available }: Facts) => ({
    title: 'The disk is full',
    happened: needed !== undefined && available !== undefined ? `${bytes(needed)} are needed and ${bytes(available)} are left.` : 'There is not enough room left.',
    todo: 'Free some space, or choose another folder for the models. Nothing is lost.',
  }),
  network_off: () => ({
    title: 'The network is switched off in Domicile',
    happened: 'Nothing leaves this computer until you switch it on.',
    todo: 'Switch it on to download.',
  }),
  network_settings: () => ({
    title: 'A network setting cannot be used',
    happened: 'The address of the proxy or of the hub is none.',
    todo: 'Correct it in the settings.',
  }),
  hub_unreachable: ({ host }: Facts) => ({
    title: 'No answer',
    happened: host ? `${host} does not answer.` : 'The hub of models does not answer.',
    todo: 'Check the connection. What has come already is kept.',
  }),
  hub_busy: ({ host }: Facts) => ({
    title: 'A little patience',
    happened: host ? `${host} is busy or in trouble.` : 'The hub of models is busy or in trouble.',
    todo: 'Try again in a few minutes. What has come already is kept.',
  }),
  hub_nonsense: ({ host }: Facts) => ({
    title: 'Something else answers',
    happened: host ? `It is not ${host} that answers.` : 'It is not the hub of models that answers.',
    todo: 'If this network asks to sign in on a page, open it in a browser, then try again.',
  }),
  certificate_untrusted: ({ host }: Facts) => ({
    title: 'This certificate is not trusted',
    happened: host ? `This computer does not trust the certificate of ${host}.` : 'This computer does not trust a certificate.',
    todo: 'In a company, ask for its own to be installed. Check the date of the computer too.',
  }),
  key_store: () => ({
    title: 'The key store cannot be used',
    happened: 'The system does not open the store in which it keeps secrets.',
    todo: 'Unlock it, then try again.',
  }),
  folder_exists: () => ({
    title: 'This name is taken',
    happened: 'A folder is called so already.',
    todo: 'Choose another name.',
  }),
  conversation_not_found: () => ({
    title: 'This conversation is no longer here',
    happened: 'It was deleted, perhaps in another window.',
    todo: 'Choose another one, or begin a new one.',
  }),
  conversations_damaged: () => ({
    title: 'The conversations cannot be read',
    happened: 'The file that holds them is damaged on the disk.',
    todo: 'Start Domicile again: it brings them back from its copies. Until then, nothing new is kept.',
  }),
  conversations_newer: () => ({
    title: 'These conversations come from a newer Domicile',
    happened: 'This version does not know how to read them, and leaves them as they are.',
    todo: 'Install the newest version of Domicile.',
  }),
  not_an_export: ({ file }: Facts) => ({
    title: 'There are no conversations in this file',
    happened: file ? `${file} is not an export that Domicile knows.` : 'It is not an export that Domicile knows.',
    todo: 'Choose a file that Domicile has exported, or the archive that ChatGPT sent you.',
  }),
  system_refused: () => ({
    title: 'The system did not open it',
    happened: 'Windows or the desktop did not want to open this.',
    todo: 'Open it by hand, or try again.',
  }),
  stopped: () => ({
    title: 'Stopped',
    happened: 'It is stopped, as you wished.',
    todo: 'What is there already is kept.',
  }),
} satisfies Record<ProblemCode, (facts: Facts) => ProblemText>;
