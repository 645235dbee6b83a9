using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// Tells whether ASP.NET Core threw while the app read its request: then what was sent is at fault, and not the app.
/// The framework throws ordinary exceptions there, which only their origin tells from the app's own.
/// </summary>
internal static class ReadingFaults
{
    private static readonly string[] _readers =
        ["Microsoft.AspNetCore.Http.HttpRequestJsonExtensions", "Microsoft.AspNetCore.Http.Features.FormFeature", "Microsoft.AspNetCore.WebUtilities"];

    /// <summary>The status to answer, or null when the fault is the app's.</summary>
    public static int? Find(Exception exception) => exception switch
    {
        JsonException or InvalidDataException or IOException when CameFromReading(exception) => StatusCodes.Status400BadRequest,
        InvalidOperationException when CameFromReading(exception) => StatusCodes.Status415UnsupportedMediaType,
        _ => null,
    };

    private static bool CameFromReading(Exception exception) => new StackTrace(exception).GetFrames().Any(static frame =>
        DiagnosticMethodInfo.Create(frame)?.DeclaringTypeName is { } type
        && _readers.Any(reader => type.StartsWith(reader, StringComparison.Ordinal)));
}
