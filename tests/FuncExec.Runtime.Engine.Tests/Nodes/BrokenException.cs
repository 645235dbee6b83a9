namespace FuncExec.Runtime.Engine.Tests.Nodes;

/// <summary>What activities and orchestrators of these tests fail with.</summary>
public sealed class BrokenException(string message, Exception? innerException = null) : InvalidOperationException(message, innerException);
