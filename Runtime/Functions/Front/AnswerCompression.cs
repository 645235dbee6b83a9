using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// Which answers are compressed: JSON, problem details and texts of 1 KiB or more. Never event streams, answers that are
/// encoded already, and parts of a whole or what parts may be asked of: a part of something compressed is of no use to
/// who asked for the bytes.
/// </summary>
internal sealed class AnswerCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    private const int Least = 1024;

    /// <summary>Registers it.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddResponseCompression(static options =>
        {
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = ["application/json", "application/problem+json", "application/schema+json", "application/javascript", "image/svg+xml", "text/*"];
            options.ExcludedMimeTypes = ["text/event-stream"];
        });
        services.Configure<BrotliCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
        services.AddSingleton<IResponseCompressionProvider, AnswerCompression>();
    }

    /// <inheritdoc/>
    public override bool ShouldCompressResponse(HttpContext context)
    {
        HttpResponse response = context.Response;
        return !HttpMethods.IsHead(context.Request.Method)
            && response.Headers.AcceptRanges.Count == 0
            && (response.ContentLength is { } length ? length >= Least : !MayBeLive(response))
            && base.ShouldCompressResponse(context);
    }

    // A text without a length may be what a running command writes: the compressor would hold it back.
    private static bool MayBeLive(HttpResponse response) =>
        response.ContentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) is true;
}
