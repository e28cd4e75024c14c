/** The last part of the fix for conflicts that exist only within one cluster. */
export const SEPARATE = 'or use Cluster.separate(chart) if they are for different clusters';
