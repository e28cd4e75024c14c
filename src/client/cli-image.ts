import type { Container } from 'kubernetes-types/core/v1';
import { type EngineImage, imageReference } from '../pod/image';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineEndpoint } from './engine-endpoint';

/** The properties of an engine whose image contains the CLI. */
export type EngineWithCli = Pick<EngineEndpoint, 'image' | 'imagePullPolicy' | 'name' | 'version'>;

/**
 * Renders the image of a container that uses the CLI. Reports a release whose image doesn't contain the CLI.
 *
 * @param image the image that contains the CLI, or undefined for the image of the engine
 * @param fix the fix for a release whose image doesn't contain the CLI
 */
export function cliImage(
  engine: EngineWithCli,
  image: EngineImage | undefined,
  fix: string,
  problems: Problems,
): Pick<Container, 'image' | 'imagePullPolicy'> {
  if (!engine.version.supports(EngineCapability.CLI_IN_IMAGE)) {
    problems.add('', {
      wrong: `the image of ${engine.version.tag} does not contain the CLI`,
      allowed: EngineCapability.CLI_IN_IMAGE.availability,
      fix,
    });
  }
  return {
    image: image === undefined ? engine.image : imageReference(image, engine.version, false, problems),
    ...(engine.imagePullPolicy && { imagePullPolicy: engine.imagePullPolicy }),
  };
}
