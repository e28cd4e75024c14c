/** The last part of a fix, for conflicts that exist only within a cluster. */
export const SEPARATE = 'or say that they are for different clusters: Cluster.separate(chart)';
