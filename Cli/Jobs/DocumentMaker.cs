namespace FuncExec.Cli.Jobs;

/// <summary>Makes the job document that a service gets: everything that can be read beforehand has been read.</summary>
internal sealed class DocumentMaker
{
    private readonly Func<bool, byte[]> _make;

    private DocumentMaker(Func<bool, byte[]> make) => _make = make;

    /// <summary>Reads what the job is made of.</summary>
    /// <exception cref="CliException">Something of it cannot be read, or is not there.</exception>
    public static async Task<DocumentMaker> PrepareAsync(
        JobSource source, VariableChoice variables, Caller caller, CancellationToken cancellationToken)
    {
        switch (source)
        {
            case JobSource.Document file:
                byte[] document = await InputText.ReadDocumentAsync(file.Path, cancellationToken);
                return new DocumentMaker(actsForCaller => actsForCaller ? DocumentPlacement.Place(document, caller.Directory) : document);

            case JobSource.Command command:
                ExactArguments.Check([.. command.Words, .. variables.Given]);
                caller.Variables(variables, alsoUsual: false); // Says what is wrong before anything is started.
                string input = command.PassInput ? await InputText.ReadInputAsync(cancellationToken) : "";
                return new DocumentMaker(actsForCaller => CommandDocument.Write(
                    command, caller.Variables(variables, actsForCaller), DirectoryOf(command, caller, actsForCaller), input));

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Makes it.</summary>
    /// <param name="actsForCaller">Whether commands start in the caller's surroundings.</param>
    public byte[] Make(bool actsForCaller) => _make(actsForCaller);

    private static string? DirectoryOf(JobSource.Command command, Caller caller, bool actsForCaller) =>
        actsForCaller ? Path.Combine(caller.Directory, command.Directory ?? "") : command.Directory;
}
