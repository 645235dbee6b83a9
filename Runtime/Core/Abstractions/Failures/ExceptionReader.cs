namespace Microsoft.DurableTask;

/// <summary>Turns exceptions into data.</summary>
internal static class ExceptionReader
{
    public static TaskFailureDetails Read(Exception exception) => new(
        exception.GetType().ToString(),
        MessageOf(exception),
        exception.StackTrace,
        CauseOf(exception),
        Properties: null);

    // A failed task that nobody caught: its cause is what the task recorded, on whatever node that was.
    private static TaskFailureDetails? CauseOf(Exception exception) => exception switch
    {
        TaskFailedException task => task.FailureDetails,
        { InnerException: { } inner } => Read(inner),
        _ => null,
    };

    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? string.Empty;
        }
        catch (Exception broken) // The author's property: what it throws must not hide the failure itself.
        {
            return $"(the message could not be read: {broken.GetType()})";
        }
    }
}
