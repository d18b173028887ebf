import type { harden } from 'rehype-harden';
import type { StreamdownProps } from 'streamdown';

type Plugins = NonNullable<StreamdownProps['rehypePlugins']>;

export interface PolicyInput {
  /** The renderer's own plugins by name. */
  defaults: Record<string, Plugins[number]>;
  harden: typeof harden;
  /** `https://host` of this site. */
  origin: string;
}

/** Two tildes strike out, one is a tilde: `~5 to 10~` and `H~2~O` are not struck out. */
export function plainTildes(defaults: Record<string, Plugins[number]>): Plugins {
  const { gfm, ...rest } = defaults;
  const plugin = Array.isArray(gfm) ? gfm[0] : gfm;
  return [...(plugin ? [[plugin, { singleTilde: false }] as Plugins[number]] : []), ...Object.values(rest)];
}

/**
 * What an answer may contain. It comes from a model, and a model can be made to write what somebody else wants:
 * no picture is loaded from elsewhere (its address would carry text of the conversation away), no data or script
 * addresses; links to other sites stay, behind a question that shows where they lead.
 */
export function hardenedRehypePlugins({ defaults, harden: plugin, origin }: PolicyInput): Plugins {
  const { harden: _, ...rest } = defaults;
  return [
    ...Object.values(rest),
    [
      plugin,
      {
        defaultOrigin: origin,
        allowedLinkPrefixes: ['*'],
        allowedImagePrefixes: [`${origin}/`],
        allowedProtocols: ['https', 'mailto'],
        allowDataImages: false,
        blockedLinkClass: 'text-muted-foreground',
        blockedImageClass: 'rounded-md bg-muted px-2 py-0.5 text-muted-foreground text-xs',
      },
    ],
  ];
}
