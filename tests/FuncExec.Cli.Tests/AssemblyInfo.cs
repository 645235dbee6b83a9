// Each test starts processes of its own on two cores: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// Signals, /proc and modes of files.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
