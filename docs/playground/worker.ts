import { answer, type Request } from './answer';

self.onmessage = async ({ data: { id, request } }: MessageEvent<{ id: number; request: Request }>) => {
  self.postMessage({ id, answer: await answer(request) });
};
