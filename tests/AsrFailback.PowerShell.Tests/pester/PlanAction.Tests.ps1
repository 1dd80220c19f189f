param([Parameter(Mandatory)] [string] $Module)

# Actions of a recovery plan: added, run, waited for, removed.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 1
    Initialize-Vault
    $null = New-AsrMachine web01 onprem ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
    $null = New-AsrRecoveryPlan shop -Group 'web01' -Wait
    $scripts = (New-Item -ItemType Directory (Join-Path (Get-AsrVault).Path scripts)).FullName
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'A script of a recovery plan' -Tag 'RPL-02' {
    BeforeAll {
        @'
param([string] $Text, [string] $Empty, [int] $Port, [bool] $Deep, [bool] $Off, [switch] $Force)
$context = Get-Content $env:ASR_RECOVERY_PLAN_CONTEXT -Raw | ConvertFrom-Json
"[$Text][$Empty][$Port][$Deep][$Off][$Force]$($context.FailoverType) $($context.GroupId) $($context.VmMap.PSObject.Properties.Value.RoleName)"
'@ | Set-Content (Join-Path $scripts tell.ps1)
        $given = [ordered]@{ Text = '-Force'; Empty = ''; Port = 8443; Deep = $true; Off = $false }
        $null = Add-AsrRecoveryPlanAction shop tell -Group 1 -Position End -Script tell.ps1 -Parameter $given -FailoverType TestFailover -Force -Wait
        $job = Start-AsrRecoveryPlan shop TestFailover -Force -Wait
        $null = Start-AsrRecoveryPlan shop CleanUpTestFailover -Force -Wait
    }

    It 'gets typed parameters, each as it is, and its context' {
        $job.Tasks.Where{ $_.Name -like 'RecoveryPlanScript*' }.Output | Should -Be '[-Force][][8443][True][False][False]Test 1 web01'
    }

    It 'is not run when it was changed' {
        Add-Content (Join-Path $scripts tell.ps1) '# changed'
        Start-AsrRecoveryPlan shop TestFailover -Force -Wait -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^ScriptChanged'
        $null = Remove-AsrRecoveryPlanAction shop tell -Wait
    }

    It 'is refused outside of its folder' {
        Add-AsrRecoveryPlanAction shop evil -Group 1 -Script ../state.db -Force -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^PlanActionInvalid'
    }

    It 'shows its hash to whoever is asked' {
        $hash = (Get-FileHash (Join-Path $scripts tell.ps1)).Hash
        $text = & { Add-AsrRecoveryPlanAction shop again -Group 1 -Script tell.ps1 -Confirm:$false -Wait -Verbose } 4>&1 | Out-String -Width 400
        (Get-AsrRecoveryPlan shop).Actions.Sha256 | Should -Be $hash
        $text | Should -Match $hash
        $null = Remove-AsrRecoveryPlanAction shop again -Wait
    }

    It 'takes no value that is neither text nor number nor truth' {
        Add-AsrRecoveryPlanAction shop x -Group 1 -Script tell.ps1 -Parameter @{ At = Get-Date } -Force -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^ArgumentInvalid'
    }
}

Describe 'A manual action of a recovery plan' -Tag 'RPL-02' {
    BeforeAll {
        $null = Add-AsrRecoveryPlanAction shop look -Group 1 -Position Start -Manual 'Look at it.' -Force -Wait
        $null = Set-AsrRecoveryPlan shop -Group 'web01' -Wait
        $job = Start-AsrRecoveryPlan shop TestFailover -Force -Wait -WarningVariable told -WarningAction SilentlyContinue
    }

    It 'stays in its plan when the groups are set' {
        "$((Get-AsrRecoveryPlan shop).Groups[0].StartActions)" | Should -Be 'look'
        Get-AsrRecoveryPlan shop | Format-List | Out-String | Should -Match 'Actions +: look'
    }

    It 'lets its plan wait, which says for what and how to go on' {
        "$($job.State)" | Should -Be 'Suspended'
        "$told" | Should -Match 'Look at it\..*Resume-AsrJob'
        (Get-AsrJob -State Suspended).Name | Should -Be $job.Name
    }

    It 'is returned by a wait at once' {
        "$((Wait-AsrJob $job -TimeoutSec 30 -WarningAction SilentlyContinue).State)" | Should -Be 'Suspended'
    }

    It 'needs a comment' {
        Resume-AsrJob $job ' ' -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^CommentMissing'
    }

    It 'goes on when it is resumed' {
        $ended = $job | Resume-AsrJob -Comment 'seen' | Wait-AsrJob
        "$($ended.State)" | Should -Be 'Succeeded'
        $ended.Tasks.Observation | Should -Contain 'seen'
        $null = Start-AsrRecoveryPlan shop CleanUpTestFailover -Force -Wait
    }

    It 'blocks a PowerShell job, which follows on when somebody resumes the job' {
        $following = Start-AsrRecoveryPlan shop TestFailover -Force -AsJob
        $until = [datetime]::UtcNow.AddSeconds(30)
        while ($following.State -ne 'Blocked' -and [datetime]::UtcNow -lt $until) { [Threading.Thread]::Yield() | Out-Null }
        $following.State | Should -Be 'Blocked'
        $null = Resume-AsrJob $following.Name -Comment 'seen'
        while ($following.State -in 'Blocked', 'Running' -and [datetime]::UtcNow -lt $until) { [Threading.Thread]::Yield() | Out-Null }
        $following.State | Should -Be 'Completed'
        $null = Start-AsrRecoveryPlan shop CleanUpTestFailover -Force -Wait
    }
}
