using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>
/// Fills a further parameter of an HTTP function from the request's JSON body. A body that does not fit is answered
/// with 400, another content type with 415.
/// </summary>
public class FromBodyAttribute() : InputConverterAttribute(typeof(FromBodyConverter));
