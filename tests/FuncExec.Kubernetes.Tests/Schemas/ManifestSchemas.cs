using System.Text.Json;
using FuncExec.Kubernetes.Tests.Manifests;
using Json.Schema;

namespace FuncExec.Kubernetes.Tests.Schemas;

/// <summary>
/// The published schemas of Kubernetes and KEDA, made strict: a member that a schema does not name is an error, where the API server
/// would only drop it.
/// </summary>
internal static class ManifestSchemas
{
    private static readonly string s_directory = Path.Combine(AppContext.BaseDirectory, "Schemas");
    private static readonly Lazy<Dictionary<string, JsonSchema>> s_schemas = new(Load);

    /// <summary>What a document has that its schema does not allow; each with its place.</summary>
    internal static IReadOnlyList<string> Check(JsonObject document)
    {
        string type = $"{document.Text("apiVersion")} {document.Text("kind")}";
        if (!s_schemas.Value.TryGetValue(type, out JsonSchema? schema))
        {
            return [$"{type} is no kind with a schema here."];
        }

        EvaluationResults results = schema.Evaluate(
            JsonSerializer.SerializeToElement(document), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? []
            :
            [
                .. from detail in results.Details ?? []
                   where !detail.IsValid && detail.Errors is not null
                   from error in detail.Errors!
                   select $"{detail.InstanceLocation}: {error.Value}",
            ];
    }

    private static Dictionary<string, JsonSchema> Load()
    {
        var schemas = new Dictionary<string, JsonSchema>(StringComparer.Ordinal);
        var definitions = (JsonObject)Read("kubernetes.json")["definitions"]!;
        // Not what is of many kinds, such as the options of a deletion.
        var kinds = definitions
            .Select(static pair => (pair.Key, Kinds: pair.Value.Items("x-kubernetes-group-version-kind")))
            .Where(static pair => pair.Kinds.Count == 1)
            .ToDictionary(static pair => pair.Key, static pair => pair.Kinds[0].DeepClone());
        MakeStrict(definitions);
        foreach ((string name, JsonNode kind) in kinds)
        {
            string group = kind.Text("group") is { Length: > 0 } text ? text + "/" : "";
            schemas[$"{group}{kind.Text("version")} {kind.Text("kind")}"] = Compile(
                new JsonObject { ["$ref"] = "#/definitions/" + name, ["$defs"] = definitions.DeepClone() });
        }

        foreach (string file in Directory.GetFiles(s_directory, "keda.*.json"))
        {
            JsonNode definition = Read(Path.GetFileName(file));
            JsonNode version = definition.Items("spec/versions").Single();
            var schema = (JsonObject)version.At("schema/openAPIV3Schema")!.DeepClone();
            MakeStrict(schema);
            schemas[$"{definition.Text("spec/group")}/{version.Text("name")} {definition.Text("spec/names/kind")}"] = Compile(schema);
        }

        return schemas;
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(s_directory, file)))!;

    private static JsonSchema Compile(JsonObject schema)
    {
        string text = schema.ToJsonString().Replace("\"#/definitions/", "\"#/$defs/", StringComparison.Ordinal);
        return JsonSchema.FromText(text, new BuildOptions { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() });
    }

    // OpenAPI as JSON Schema: what Kubernetes marks by extensions of its own is said in the words of the latter.
    private static void MakeStrict(JsonNode? node)
    {
        if (node is JsonObject schema)
        {
            if (schema.Flag("x-kubernetes-int-or-string") == true || schema.Text("format") == "int-or-string")
            {
                schema["type"] = new JsonArray("integer", "string");
                schema.Remove("anyOf");
            }
            else if (schema["properties"] is JsonObject && !schema.ContainsKey("additionalProperties") && schema.Flag("x-kubernetes-preserve-unknown-fields") != true)
            {
                schema["additionalProperties"] = schema.ContainsKey("$ref");
            }

            foreach ((string key, _) in schema.Where(static pair => pair.Key.StartsWith("x-kubernetes-", StringComparison.Ordinal)).ToList())
            {
                schema.Remove(key);
            }

            foreach ((_, JsonNode? child) in schema.ToList())
            {
                MakeStrict(child);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                MakeStrict(item);
            }
        }
    }
}
