# What several test files share. Dot-sourced in BeforeAll, where $Module is the staged module.

# A new folder, and the location from now on.
function Enter-TestFolder {
    $folder = New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-$([guid]::NewGuid())")
    Set-Location $folder
    $folder.FullName
}

# Closes what is still open, whatever a test left, and removes the folder.
function Exit-TestFolder([string] $Folder) {
    Get-Job | Where-Object PSJobTypeName -EQ AsrFailback | Remove-Job -Force
    Get-AsrVault | Where-Object Path -Like "$Folder*" | ForEach-Object { Disconnect-AsrVault -Vault $_.Path }
    Set-Location $PSScriptRoot
    Remove-Item $Folder -Recurse
}

# An image of which no two MiB are equal.
function Write-Image([string] $Path, [int] $MiB) {
    $bytes = [byte[]]::new(1MB)
    [Random]::new(7).NextBytes($bytes)
    $file = [IO.File]::Create((Join-Path $PWD $Path))
    foreach ($number in 1..$MiB) {
        [BitConverter]::GetBytes($number).CopyTo($bytes, 0)
        $file.Write($bytes, 0, $bytes.Length)
    }

    $file.Dispose()
}

# Changes a file of a site by hand: the script block gets its content as $_.
function Edit-Json([string] $File, [scriptblock] $Change) {
    $content = Get-Content $File -Raw | ConvertFrom-Json -AsHashtable
    $null = $content | ForEach-Object $Change
    $content | ConvertTo-Json -Depth 20 | Set-Content $File
}

# A connected vault with a site on either side.
function Initialize-Vault([string] $Name = 'vault') {
    $null = New-AsrVault "./$Name"
    $null = New-AsrFabric onprem VMware "./$Name-onprem" -Wait
    $null = New-AsrFabric azure Azure "./$Name-azure" -Wait
}

# Looks again and again until the condition holds; no test waits longer than it must.
function Wait-Until([scriptblock] $Condition, [int] $Seconds = 60) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -ge $Seconds) {
            throw "not within $Seconds seconds: $Condition"
        }

        [Threading.Thread]::Sleep(5)
    }
}

# A PowerShell with a runspace of its own in which ./vault is the current vault.
function Open-Shell {
    $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $shell.AddScript("Import-Module '$Module'; Set-Location '$PWD'; `$null = Connect-AsrVault ./vault").Invoke()
    $shell.Commands.Clear()
    $shell.Streams.ClearStreams()
    $shell
}

function Close-Shell($Shell) {
    $Shell.Runspace.Dispose()
    $Shell.Dispose()
}

# The last progress record that counts bytes; nothing before there is one.
function Get-Copied($Records) {
    @($Records) | Where-Object { $_.RecordType -eq 'Processing' -and $_.PercentComplete -gt 0 } | Select-Object -Last 1
}

# Starts a script in a pwsh of its own, in this folder. The script may use $Module and what this file defines.
function Open-Child([string] $Script, [string[]] $Switches = '-NonInteractive', [switch] $Terminal) {
    $file = Join-Path $PWD "child-$([guid]::NewGuid()).ps1"
    Set-Content $file "`$Module = '$Module'; . '$PSScriptRoot/Common.ps1'; `$ProgressPreference = 'SilentlyContinue'`n$Script"
    $pwsh = @((Get-Process -Id $PID).Path, '-NoProfile') + $Switches + @('-File', $file)
    $command = $Terminal ? @('script', '-qec', ($pwsh -join ' '), '/dev/null') : $pwsh
    # Whoever runs the tests in the background (a shell's &) ignores Ctrl+C, and a child would inherit that.
    if ($IsLinux) {
        $command = @('env', '--default-signal=INT') + $command
    }

    $start = [Diagnostics.ProcessStartInfo]::new($command[0])
    $command | Select-Object -Skip 1 | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.WorkingDirectory = "$PWD"
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = $start.StandardErrorEncoding = [Text.Encoding]::UTF8
    $start.Environment['NO_COLOR'] = '1'
    $process = [Diagnostics.Process]::Start($start)
    [pscustomobject]@{ Process = $process; Out = $process.StandardOutput.ReadToEndAsync(); Error = $process.StandardError.ReadToEndAsync() }
}

# Its end: exit code and text.
function Wait-Child($Child, [int] $Seconds = 60) {
    if (-not $Child.Process.WaitForExit($Seconds * 1000)) {
        $Child.Process.Kill($true)
        throw "the child did not end within $Seconds seconds: $($Child.Out.Result) $($Child.Error.Result)"
    }

    [pscustomobject]@{ ExitCode = $Child.Process.ExitCode; Out = $Child.Out.Result; Error = $Child.Error.Result }
}

# Runs a script in a pwsh of its own to its end. What it returns comes back as objects.
function Invoke-Child([string] $Script) {
    $ended = Wait-Child (Open-Child "& {`n$Script`n} | ConvertTo-Json -Depth 5 -AsArray -EscapeHandling EscapeNonAscii | Set-Content ./result.json")
    $ended.ExitCode | Should -Be 0 -Because "$($ended.Out) $($ended.Error)"
    $result = Get-Content ./result.json -Raw | ConvertFrom-Json
    Remove-Item ./result.json
    $ended | Add-Member Result $result -PassThru
}

function Disconnect-Here {
    if (Get-AsrVault -Current) {
        Disconnect-AsrVault
    }
}

# Runs a script against ./vault in a pwsh of its own, which reads the answers to its questions.
function Invoke-There([string] $Script, [string[]] $Switches = '-NonInteractive', [string] $Answers = '') {
    Disconnect-Here
    $child = Open-Child "Import-Module `$Module; `$null = Connect-AsrVault ./vault; $Script" -Switches $Switches
    $child.Process.StandardInput.Write($Answers)
    $child.Process.StandardInput.Close()
    $ended = Wait-Child $child
    $null = Connect-AsrVault ./vault
    $ended
}
