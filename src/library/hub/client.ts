// The one file that loads the client library, a bundle of its own in dist/: it is large, and most commands never ask the Hub.
export { commitIter, createRepo, listFiles, modelInfo } from '@huggingface/hub';
