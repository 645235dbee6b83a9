using FuncExec.WorkerFunctions.Files;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>The directory that belongs to this service, made for its user alone by whoever needs it first.</summary>
internal static class AppDataDirectory
{
    /// <summary>Makes it where it is not there, and answers it.</summary>
    /// <exception cref="OptionsValidationException">It cannot be made or written; the message says what to do.</exception>
    public static string Create(AppOptions options)
    {
        try
        {
            string path = PrivateDirectory.Create(options.DataDirectory);
            string probe = Path.Combine(path, $".probe-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AppOptions),
            [
                $"The data directory {options.DataDirectory} cannot be written to: {exception.Message} Make it writable for this user, or name another with FuncExec__DataDirectory.",
            ]);
        }
    }
}
