/** The last part of the fix for conflicts that exist only within one cluster. */
export const SEPARATE = 'or say that they are for different clusters: Cluster.separate(chart)';
