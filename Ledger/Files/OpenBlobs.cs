namespace FuncExec.Ledger.Files;

/// <summary>
/// Blobs that are being changed: one caller at a time for each, and the files of those appended to last stay open, a
/// bounded number of them.
/// </summary>
internal sealed class OpenBlobs(BlobPaths paths, StoreFiles files) : IDisposable
{
    internal const int MostOpen = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<BlobName, OpenBlob> _blobs = [];
    private readonly LinkedList<OpenBlob> _unused = new();

    /// <summary>Runs what changes a blob, alone.</summary>
    internal T Use<T>(BlobName name, Func<OpenBlob, T> work)
    {
        string path = paths.Blob(name);
        OpenBlob blob = Enter(name, path);
        try
        {
            lock (blob.Gate)
            {
                return work(blob);
            }
        }
        finally
        {
            Leave(blob);
        }
    }

    /// <summary>Closes the files of a job that nobody uses now.</summary>
    internal void CloseJob(string jobId) => Close(blob => blob.Name.JobId == jobId);

    public void Dispose() => Close(static _ => true);

    private OpenBlob Enter(BlobName name, string path)
    {
        lock (_gate)
        {
            if (!_blobs.TryGetValue(name, out OpenBlob? blob))
            {
                blob = new OpenBlob(name, path, files);
                _blobs.Add(name, blob);
            }

            if (blob.Users++ == 0 && blob.Place is { } place)
            {
                _unused.Remove(place);
                blob.Place = null;
            }

            return blob;
        }
    }

    private void Leave(OpenBlob blob)
    {
        lock (_gate)
        {
            if (--blob.Users > 0)
            {
                return;
            }

            if (!blob.IsOpen)
            {
                _blobs.Remove(blob.Name);
                return;
            }

            blob.Place = _unused.AddLast(blob);
            if (_unused.Count > MostOpen)
            {
                Remove(_unused.First!.Value);
            }
        }
    }

    private void Close(Func<OpenBlob, bool> which)
    {
        lock (_gate)
        {
            foreach (OpenBlob blob in _unused.Where(which).ToArray())
            {
                Remove(blob);
            }
        }
    }

    private void Remove(OpenBlob blob)
    {
        _unused.Remove(blob.Place!);
        _blobs.Remove(blob.Name);
        blob.Close();
    }
}

/// <summary>A blob that is being changed.</summary>
internal sealed class OpenBlob(BlobName name, string path, StoreFiles files)
{
    private FileStream? _file;

    internal BlobName Name { get; } = name;

    internal string Path { get; } = path;

    internal Lock Gate { get; } = new();

    internal int Users { get; set; }

    /// <summary>Its place among those that nobody uses.</summary>
    internal LinkedListNode<OpenBlob>? Place { get; set; }

    internal bool IsOpen => _file is not null;

    /// <summary>Appends at an offset that must be the end. A write that fails half-way is taken back.</summary>
    internal AppendOutcome Append(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_file is null)
        {
            if (offset > 0 && !File.Exists(Path))
            {
                return new AppendOutcome(false, 0);
            }

            files.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            _file = StoreFiles.Open(Path, FileMode.OpenOrCreate);
        }

        long length = RandomAccess.GetLength(_file.SafeFileHandle);
        if (length != offset)
        {
            return new AppendOutcome(false, length);
        }

        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, offset);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file.SafeFileHandle, offset);
            throw;
        }

        return new AppendOutcome(true, offset + bytes.Length);
    }

    /// <summary>Makes it durable and closes it. False when there is no such blob.</summary>
    internal bool Flush()
    {
        if (_file is null && !File.Exists(Path))
        {
            return false;
        }

        _file ??= StoreFiles.Open(Path, FileMode.Open);
        _file.Flush(flushToDisk: true);
        Close();
        return true;
    }

    internal void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
