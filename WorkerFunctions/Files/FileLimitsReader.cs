using System.Globalization;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Files;

/// <summary>Reads the bounds of files.</summary>
internal sealed class FileLimitsReader(IConfiguration configuration) : IConfigureOptions<FileLimits>
{
    /// <summary>Fills the options.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong: all of them, by name.</exception>
    public void Configure(FileLimits options)
    {
        List<string> faults = [];
        options.OutputLimit = Size("OutputLimit", options.OutputLimit, 0, ByteSize.Tebi, faults);
        options.MinFreeDisk = Size("MinFreeDisk", options.MinFreeDisk, 0, ByteSize.Tebi, faults);
        options.WorkspaceLimit = Size("WorkspaceLimit", options.WorkspaceLimit, ByteSize.Kibi, ByteSize.Tebi, faults);
        options.WorkspaceExpandedLimit = Size("WorkspaceExpandedLimit", options.WorkspaceExpandedLimit, ByteSize.Kibi, ByteSize.Tebi, faults);
        options.WorkspaceEntryLimit = Number("WorkspaceEntryLimit", options.WorkspaceEntryLimit, 10_000_000, faults);
        options.WorkspaceRatioLimit = Number("WorkspaceRatioLimit", options.WorkspaceRatioLimit, 10_000, faults);
        options.WorkspaceCacheLimit = Size("WorkspaceCacheLimit", options.WorkspaceCacheLimit, 0, ByteSize.Pebi, faults);
        options.ArtifactFileLimit = Number("ArtifactFileLimit", options.ArtifactFileLimit, 1_000_000, faults);
        options.ArtifactLimit = Size("ArtifactLimit", options.ArtifactLimit, 0, ByteSize.Pebi, faults);
        SettingReader reader = new(configuration);
        options.FilesTimeout = reader.Duration("FuncExec:FilesTimeout", options.FilesTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        faults.AddRange(reader.Faults);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(FileLimits), faults);
        }
    }

    private long Size(string name, long fallback, long least, long most, List<string> faults)
    {
        if (configuration[$"FuncExec:{name}"] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (ByteSize.TryParse(text, out long bytes) && bytes >= least && bytes <= most)
        {
            return bytes;
        }

        faults.Add($"The setting 'FuncExec__{name}' is '{text}'; allowed is a number of bytes from {ByteSize.Format(least)} to {ByteSize.Format(most)}, such as 67108864 or 64MiB.");
        return fallback;
    }

    private int Number(string name, int fallback, int most, List<string> faults)
    {
        if (configuration[$"FuncExec:{name}"] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most)
        {
            return number;
        }

        faults.Add($"The setting 'FuncExec__{name}' is '{text}'; allowed is a whole number, 1 to {most}.");
        return fallback;
    }
}
