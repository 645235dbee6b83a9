namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>A cookie.</summary>
public interface IHttpCookie
{
    /// <summary>The hosts it is for, or null for the one that set it.</summary>
    string? Domain { get; }

    /// <summary>When it ends, or null for the end of the session.</summary>
    DateTimeOffset? Expires { get; }

    /// <summary>Whether scripts cannot read it.</summary>
    bool? HttpOnly { get; }

    /// <summary>How long it lives, in seconds; it goes before <see cref="Expires"/>.</summary>
    double? MaxAge { get; }

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>The paths it is for.</summary>
    string? Path { get; }

    /// <summary>Whether it travels with requests from other sites.</summary>
    SameSite SameSite { get; }

    /// <summary>Whether it travels only over TLS.</summary>
    bool? Secure { get; }

    /// <summary>Its value.</summary>
    string Value { get; }
}
