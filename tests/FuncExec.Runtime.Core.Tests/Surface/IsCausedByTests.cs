using System.Reflection;
using System.Reflection.Emit;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class IsCausedByTests
{
    [Fact]
    public void The_type_itself_and_its_bases_match_and_others_do_not()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(new FileNotFoundException("gone"));

        Assert.True(failure.IsCausedBy<FileNotFoundException>());
        Assert.True(failure.IsCausedBy<IOException>());
        Assert.True(failure.IsCausedBy(typeof(Exception)));
        Assert.False(failure.IsCausedBy<DirectoryNotFoundException>());
    }

    [Fact]
    public void Inner_failures_do_not_count()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(new InvalidOperationException("x", new IOException("y")));

        Assert.False(failure.IsCausedBy<IOException>());
        Assert.True(failure.InnerFailure!.IsCausedBy<IOException>());
    }

    [Fact]
    public void A_failure_that_was_stored_and_read_again_still_knows_its_bases()
    {
        JsonDataConverter json = JsonDataConverter.Default;
        string stored = json.Serialize(TaskFailureDetails.FromException(
            new DiskFullException("full", new TimeoutException("slow"))));

        TaskFailureDetails failure = json.Deserialize<TaskFailureDetails>(stored);

        Assert.True(failure.IsCausedBy<DiskFullException>());
        Assert.True(failure.IsCausedBy<IOException>());
        Assert.True(failure.InnerFailure!.IsCausedBy<SystemException>());
        Assert.False(failure.InnerFailure!.IsCausedBy<DiskFullException>());
    }

    [Fact]
    public void Nested_and_generic_types_are_found()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(new Refused<int>());

        Assert.True(failure.IsCausedBy<Refused<int>>());
        Assert.True(failure.IsCausedBy<InvalidOperationException>());
        Assert.False(failure.IsCausedBy<Refused<string>>());
    }

    [Theory]
    [InlineData("(unknown)")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("requests.exceptions.ConnectionError")]
    [InlineData("Broken`1[[")]
    [InlineData("System.IO.IOException, NoSuchAssembly")]
    public void A_name_that_is_no_type_of_ours_is_caused_by_nothing(string? errorType) =>
        Assert.False(new TaskFailureDetails(errorType!, "m", null, null, null).IsCausedBy<Exception>());

    [Fact]
    public void A_type_that_is_no_exception_cannot_be_asked_for()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(new IOException("disk"));

        Assert.Throws<ArgumentException>(() => failure.IsCausedBy(typeof(string)));
        Assert.Throws<ArgumentNullException>(() => failure.IsCausedBy(null!));
    }

    [Fact]
    public void A_type_is_found_once_its_assembly_is_loaded()
    {
        TaskFailureDetails failure = new("Plugins.LateException", "m", null, null, null);
        Assert.False(failure.IsCausedBy<IOException>());

        Load("Plugins.LateException", typeof(IOException));

        Assert.True(failure.IsCausedBy<IOException>());
    }

    [Fact]
    public void Types_of_one_name_are_ambiguous_only_where_they_disagree()
    {
        Load("Plugins.TwinException", typeof(IOException));
        Load("Plugins.TwinException", typeof(SystemException));
        TaskFailureDetails failure = new("Plugins.TwinException", "m", null, null, null);

        Assert.True(failure.IsCausedBy<SystemException>());
        Assert.False(failure.IsCausedBy<ArgumentException>());
        Assert.Throws<AmbiguousMatchException>(() => failure.IsCausedBy<IOException>());
    }

    private static void Load(string typeName, Type baseType) => AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName($"Plugin{Guid.NewGuid():N}"), AssemblyBuilderAccess.Run)
        .DefineDynamicModule("main")
        .DefineType(typeName, TypeAttributes.Public, baseType)
        .CreateType();

    private sealed class DiskFullException(string message, Exception inner) : IOException(message, inner);

    private sealed class Refused<T> : InvalidOperationException;
}
