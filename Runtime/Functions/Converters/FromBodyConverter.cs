using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Invocation;

namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What <see cref="Http.FromBodyAttribute"/> names as its converter; the runtime binds such parameters itself.</summary>
internal sealed class FromBodyConverter : IInputConverter
{
    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => context.FunctionContext is HttpInvocation call
        ? ConversionResult.Success(await RequestBody.ReadAsync(
            call.Http.Request, context.TargetType, WorkerSerializer.Of(call), strict: true, call.CancellationToken).ConfigureAwait(false))
        : ConversionResult.Unhandled();
}
