using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class FailureDetailsTests
{
    [Fact]
    public void An_exception_is_described_with_all_that_caused_it()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(Thrown(
            new ApplicationException("outer", new ArgumentException("middle", new IOException("inner")))));

        Assert.Equal("System.ApplicationException", failure.ErrorType);
        Assert.Equal("outer", failure.ErrorMessage);
        Assert.Contains(nameof(Thrown), failure.StackTrace);
        Assert.Equal("System.ArgumentException", failure.InnerFailure?.ErrorType);
        Assert.Equal("System.IO.IOException", failure.InnerFailure?.InnerFailure?.ErrorType);
        Assert.Equal("inner", failure.InnerFailure?.InnerFailure?.ErrorMessage);
        Assert.Null(failure.InnerFailure?.InnerFailure?.InnerFailure);
        Assert.Equal("System.ApplicationException: outer", failure.ToString());
    }

    [Fact]
    public void An_exception_that_was_never_thrown_has_no_stack_trace() =>
        Assert.Null(TaskFailureDetails.FromException(new IOException("disk")).StackTrace);

    [Fact]
    public void A_failed_task_keeps_what_was_recorded_of_it_as_its_cause()
    {
        TaskFailureDetails recorded = new("App.DiskFull", "disk", "at App", null, null);

        TaskFailureDetails failure = TaskFailureDetails.FromException(new TaskFailedException("Write", 3, recorded));

        Assert.Equal(typeof(TaskFailedException).FullName, failure.ErrorType);
        Assert.Same(recorded, failure.InnerFailure);
    }

    [Fact]
    public void A_message_that_cannot_be_read_does_not_hide_the_failure()
    {
        TaskFailureDetails failure = TaskFailureDetails.FromException(new MutinousException());

        Assert.Equal(typeof(MutinousException).FullName, failure.ErrorType);
        Assert.Contains("System.NotImplementedException", failure.ErrorMessage);
    }

    [Fact]
    public void The_exception_of_a_failed_task_names_task_number_and_cause()
    {
        IOException cause = new("disk");
        TaskFailedException exception = new("Write", 7, cause);

        Assert.Equal("Task 'Write' (#7) failed with an unhandled exception: disk", exception.Message);
        Assert.Equal("Write", exception.TaskName);
        Assert.Equal(7, exception.TaskId);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal("System.IO.IOException", exception.FailureDetails.ErrorType);
    }

    [Fact]
    public void The_exception_of_a_failed_operation_names_entity_operation_and_cause()
    {
        EntityOperationFailedException exception = new(
            new EntityInstanceId("Counter", "a"), "add", new TaskFailureDetails("T", "overflow", null, null, null));

        Assert.Equal("Operation 'add' of entity '@counter@a' failed: overflow", exception.Message);
        Assert.Equal("overflow", exception.FailureDetails.ErrorMessage);
    }

    [Fact]
    public void Asking_for_a_cause_does_not_change_equality()
    {
        TaskFailureDetails asked = new("System.IO.IOException", "disk", null, null, null);
        TaskFailureDetails other = asked with { };

        Assert.True(asked.IsCausedBy<IOException>());
        Assert.Equal(other, asked);
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    private sealed class MutinousException : Exception
    {
        public override string Message => throw new NotImplementedException();
    }
}
