[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Each test starts processes of its own on two cores: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
