using System.Runtime.Versioning;

// The commands that are run are those of a Unix.
[assembly: UnsupportedOSPlatform("windows")]
