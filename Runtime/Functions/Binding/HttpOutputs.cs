using System.Reflection;
using FuncExec.Runtime.Functions.Discovery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Finds the HTTP answer in the result of a function.</summary>
internal static class HttpOutputs
{
    /// <summary>The property that is the answer, or null when the result itself is.</summary>
    public static OutputProperty? Find(Type result, bool webModel, ParameterFaults faults)
    {
        if (IsAnswer(result))
        {
            CheckModel(result, webModel, faults);
            return null;
        }

        if (result.IsPrimitive || result == typeof(string) || result == typeof(object) || result == typeof(void))
        {
            return null;
        }

        PropertyInfo[] properties = result.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (PropertyInfo property in properties)
        {
            if (property.GetCustomAttribute<OutputBindingAttribute>() is { } output and not HttpResultAttribute)
            {
                faults.Add($"returns {result.Name}, whose property '{property.Name}' has the output [{FunctionFinder.Short(output)}], which this runtime does not offer. Write to it in the function's code.");
            }
        }

        PropertyInfo[] answers = [.. properties.Where(static property => property.IsDefined(typeof(HttpResultAttribute)))];
        if (answers.Length == 0)
        {
            answers = [.. properties.Where(static property => typeof(HttpResponseData).IsAssignableFrom(property.PropertyType))];
        }

        if (answers.Length > 1)
        {
            faults.Add($"returns {result.Name}, of which {answers.Length} properties are the HTTP answer. Keep one.");
        }

        if (answers.Length != 1)
        {
            return null;
        }

        CheckModel(answers[0].PropertyType, webModel, faults);
        Func<object?, object?[], object?> get = MethodCaller.Compile(answers[0].GetMethod!);
        return new OutputProperty(answers[0].Name, value => get(value, []));
    }

    private static bool IsAnswer(Type type) =>
        typeof(HttpResponseData).IsAssignableFrom(type) || IsWeb(type);

    private static bool IsWeb(Type type) => typeof(IResult).IsAssignableFrom(type) || typeof(IActionResult).IsAssignableFrom(type);

    private static void CheckModel(Type type, bool webModel, ParameterFaults faults)
    {
        if (!webModel && IsWeb(type))
        {
            faults.Add($"returns {ParameterFaults.Spell(type)}, which needs ASP.NET Core's model. Call ConfigureFunctionsWebApplication() on the builder, or return HttpResponseData.");
        }
    }
}
